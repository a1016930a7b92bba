BeforeAll {
    . $PSScriptRoot/Setup.ps1
    function Complete([string] $Line) {
        [System.Management.Automation.CommandCompletion]::CompleteInput($Line, $Line.Length, $null).CompletionMatches
    }
}

Describe 'Completion' {
    It 'proposes the versions of the bundled folder for -Target, and says which file it is' {
        $matches = Complete 'Invoke-MuedMigration -Target '
        $matches.ListItemText | Should -Be '0006', '0007', '0008'
        $matches[0].ToolTip | Should -Be '0006_add_rag_metrics'
    }

    It 'proposes a text that stays a version: a bare 0006 would become the number 6' {
        (Complete 'Invoke-MuedMigration -Target 0007').CompletionText | Should -Be "'0007'"
    }

    It 'proposes the versions of the folder that -Path names' {
        $folder = New-MigrationFolder @{ '10_a.sql' = 'SELECT 1'; '9_b.sql' = 'SELECT 1'; 'rollback_9_b.sql' = 'SELECT 1' }
        (Complete "Invoke-MuedMigration -Path '$folder' -Target ").ListItemText | Should -Be '9', '10'
        (Complete "Invoke-MuedMigration -Path '$folder' -Baseline 1").ListItemText | Should -Be '10'
    }

    It 'proposes no version for a folder that is not there, and no files either' {
        @(Complete "Invoke-MuedMigration -Path 'no-such-folder' -Target ").CompletionText | Should -Be ' '
        @(Complete "Invoke-MuedMigration -Path 'no-such-folder' -Target 00").CompletionText | Should -Be '00'
    }

    It 'proposes files for what is a file or a folder, and for nothing else' {
        $null = New-Item -ItemType Directory (Join-Path $TestDrive 'here/marker-folder')
        Set-Content (Join-Path $TestDrive 'here/marker.txt') 'x'
        $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters + 'InputObject'
        Push-Location (Join-Path $TestDrive 'here')
        try {
            foreach ($command in Get-Command -Module Mued.PsDb) {
                foreach ($parameter in $command.Parameters.Values.Where{ $_.Name -notin $common -and -not $_.SwitchParameter }) {
                    $completer = $parameter.Attributes.Where{ $_ -is [System.Management.Automation.ArgumentCompleterAttribute] }.ForEach{ $_.Type.Name }
                    $wanted = switch ($completer) { 'FolderCompleter' { 'marker-folder' } 'FileCompleter' { 'marker-folder marker.txt' } }
                    $offered = @(Complete "$command -$($parameter.Name) ").ListItemText
                    "$command -$($parameter.Name): $(@($offered) -like 'marker*')" | Should -Be "$command -$($parameter.Name): $wanted"
                    if (-not $wanted) { $offered | Should -Not -BeNullOrEmpty -Because "$command -$($parameter.Name) has usual values" }
                }
            }
        }
        finally { Pop-Location }
    }

    It 'proposes for <Line> what is of use' -ForEach @(
        @{ Line = "Invoke-MuedMigration -Exclude 0006"; Text = "'0006_add_rag_metrics.sql'" }
        @{ Line = 'Invoke-MuedMigration -Baseline '; Text = 'Auto', "'0006'", "'0007'", "'0008'" }
        @{ Line = 'Invoke-MuedMigration -Baseline au'; Text = 'Auto' }
        @{ Line = 'Invoke-MuedMigration -LockTimeout 3'; Text = '30', '300' }
        @{ Line = 'Invoke-MuedMigration -LockTimeout 0:0'; Text = '0:0' }
        @{ Line = 'Update-MuedMetric -TimeZone Europe/Ber'; Text = 'Europe/Berlin' }
        @{ Line = 'Export-MuedSchema -Table '; Text = 'public.' }
        @{ Line = "Export-MuedSchema -Template '$(Join-Path $PSScriptRoot '../../sql/schema/phase2.json')' -Table public.rag"; Text = 'public.rag_metrics_history' }
    ) {
        @(Complete $Line).CompletionText | Should -Be $Text
    }

    It 'asks no database' {
        $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $listener.Start()
        try {
            (Complete "Invoke-MuedMigration 'postgresql://u@127.0.0.1:$($listener.LocalEndpoint.Port)/d' -Target ").Count | Should -Be 3
            $listener.Pending() | Should -BeFalse
        }
        finally { $listener.Stop() }
    }

    It 'proposes folders alone for -Path' {
        $null = New-Item -ItemType Directory (Join-Path $TestDrive 'mixed/inner')
        Set-Content (Join-Path $TestDrive 'mixed/innermost.txt') 'x'
        (Complete "Get-MuedMigration -Path $TestDrive/mixed/inn").ListItemText | Should -Be 'inner'
    }

    It 'proposes files too for -SchemaFile, -EnvFile and -ReportPath' {
        Set-Content (Join-Path $TestDrive 'some.json') '{}'
        foreach ($parameter in 'SchemaFile', 'EnvFile', 'ReportPath') {
            (Complete "Invoke-MuedMigration -$parameter $TestDrive/som").ListItemText | Should -Be 'some.json'
        }
    }

    It 'proposes the default history table' {
        (Complete 'Get-MuedMigration -HistoryTable pub').CompletionText | Should -Be 'public.mued_schema_history'
    }

    It 'proposes the reporters' {
        (Complete 'Invoke-MuedMigration -Reporter ').ListItemText | Should -Be 'Auto', 'AzurePipelines', 'None'
    }

    It 'proposes what to do with rows that exist' {
        (Complete 'Restore-MuedBackup -OnConflict ').ListItemText | Should -Be 'Fail', 'Replace', 'Skip'
    }
}
