BeforeDiscovery {
    $format = [xml] (Get-Content (Join-Path $PSScriptRoot '../../output/Mued.PsDb/Mued.PsDb.Format.ps1xml') -Raw)
    $records = @($format.Configuration.ViewDefinitions.View.ViewSelectedBy.TypeName.Where{ $_ -notlike "Deserialized.*" } | Sort-Object -Unique | ForEach-Object { @{ Type = $_ } })
}

BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $view = [Mued.PsDb.Loader.ModuleLoadContext]::View
    $format = [xml] (Get-Content (Join-Path $ModulePath 'Mued.PsDb.Format.ps1xml') -Raw)
    $database = New-TestDatabase -Base
    $report = Invoke-MuedMigration $database

    function Show([scriptblock] $Script) { (& $Script | Out-String -Width 80).Trim() }
}

AfterAll { Remove-TestDatabase $database }

Describe 'The views' {
    It 'give <Type> a table and a list, of properties that it has' -ForEach $records {
        $class = Get-ModuleType 'Mued.PsDb.Core' $Type
        $views = $format.Configuration.ViewDefinitions.View.Where{ $_.ViewSelectedBy.TypeName -eq $Type }
        @($views.Where{ $_['TableControl'] }).Count | Should -Be 1
        @($views.Where{ $_['ListControl'] }).Count | Should -Be 1
        foreach ($view in $views) {
            foreach ($name in $view.SelectNodes('.//PropertyName').ForEach{ $_.InnerText }) { $class.GetProperty($name) | Should -Not -BeNullOrEmpty -Because "$Type.$name is shown" }
            foreach ($script in $view.SelectNodes('.//ScriptBlock').ForEach{ $_.InnerText }) {
                foreach ($name in [regex]::Matches($script, '^[^{]*?\$_\.(\w+)').ForEach{ $_.Groups[1].Value }) { $class.GetProperty($name) | Should -Not -BeNullOrEmpty -Because "$Type.$name is shown" }
            }
        }
    }

    It 'give every record that a cmdlet puts out a view' {
        $known = @($format.Configuration.ViewDefinitions.View.ViewSelectedBy.TypeName | Sort-Object -Unique)
        (Get-Command -Module Mued.PsDb).OutputType.Name.Where{ $_ -like 'Mued.*' } | ForEach-Object { $_ | Should -BeIn $known }
    }

    It 'show a run as a short table and a sentence' {
        $text = Show { $report }
        $text | Should -Match '(?m)^ +Applied +0006_add_rag_metrics +\d+(\.\d+)? m?s'
        $text | Should -Match '(?s)Succeeded: .*3 applied'
    }

    It 'fit into 80 columns: <Name>' -ForEach @(
        @{ Name = 'report'; Script = { $report } }
        @{ Name = 'report table'; Script = { $report | Format-Table } }
        @{ Name = 'migrations'; Script = { $report.Migrations | Format-Table } }
        @{ Name = 'status'; Script = { Get-MuedMigration $database } }
        @{ Name = 'connection'; Script = { Test-MuedConnection $database } }
    ) {
        foreach ($line in (Show $Script) -split '\r?\n') { $line.Length | Should -BeLessOrEqual 80 }
    }

    It 'show names in full in the list of migrations' {
        Show { Get-MuedMigration $database } | Should -Match '0008_add_foreign_keys_fixed'
    }

    It 'show everything with Format-List * and ConvertTo-Json' {
        Show { $report | Format-List * } | Should -Match '(?m)^ServerVersion '
        $json = $report | ConvertTo-Json -Depth 6 | ConvertFrom-Json
        $json.Migrations[0].Name | Should -Be '0006_add_rag_metrics'
        $json.Verification.Passed | Should -BeTrue
    }

    It 'put what failed first' {
        $folder = New-MigrationFolder @{ '1_good.sql' = 'SELECT 1'; '2_bad.sql' = 'SELEC 1'; '3_later.sql' = 'SELECT 1' }
        $text = Show { Invoke-MuedMigration $database -Path $folder -HistoryTable public.h2 -ErrorAction SilentlyContinue }
        $text | Should -Match '(?ms)^ +Failed +2_bad.*^ +Applied +1_good'
        $text | Should -Match '42601|syntax'
    }
}

Describe 'The helper of the views' {
    It 'shows durations and sizes as a person reads them' {
        $view::Duration([timespan]::FromMilliseconds(340)) | Should -Be '340 ms'
        $view::Duration([timespan]::FromSeconds(75)) | Should -Be '1 min 15 s'
        $view::Duration($null) | Should -BeNullOrEmpty
        $view::Size([long] 131072) | Should -Be '128 kB'
        $view::Minute([DateTimeOffset] '2026-11-22T13:05:59+02:00') | Should -Be '2026-11-22 11:05Z'
    }

    It 'makes text harmless and joins lists' {
        $view::Text("a`e[31m`nb") | Should -Be 'a\u001B[31m b'
        $view::Text(@('a', 'b')) | Should -Be 'a, b'
        $view::Text('##vso[task.complete]') | Should -Not -Match '##vso'
    }

    It 'colours nothing when output is redirected' {
        $noColor, $env:NO_COLOR = $env:NO_COLOR, $null
        try { $result = Invoke-Pwsh '-Command', "Import-Module '$ModulePath'; [Mued.PsDb.Loader.ModuleLoadContext]::View::Status('Failed')" } finally { $env:NO_COLOR = $noColor }
        $result.Out.Trim() | Should -Be 'Failed'
    }

    # util-linux's script gives the process a terminal of its own; Windows has no such program.
    if (-not $IsWindows) { It 'colours by $PSStyle at a terminal, but not with NO_COLOR or on a build agent' {
        $log = Join-Path $TestDrive 'typescript'
        $file = Join-Path $TestDrive 'colour.ps1'
        Set-Content $file "
            Import-Module '$ModulePath'
            `$PSStyle.Formatting.Error = `"``e[38;5;201m`"
            function Show(`$title) { `"`$title `" + [Mued.PsDb.Loader.ModuleLoadContext]::View::Status('Failed') }
            Show terminal
            `$env:NO_COLOR = '1'; Show none
            `$env:NO_COLOR = `$null; `$env:TF_BUILD = 'True'; Show agent"
        $noColor, $env:NO_COLOR, $term, $env:TERM = $env:NO_COLOR, $null, $env:TERM, 'xterm-256color'
        try { script --quiet --command "'$($Pwsh -join "' '")' -NoProfile -File '$file'" $log | Out-Null } finally { $env:NO_COLOR, $env:TERM = $noColor, $term }
        $text = Get-Content $log -Raw
        $text | Should -Match ([regex]::Escape("terminal `e[38;5;201mFailed`e[0m"))
        $text | Should -Match 'none Failed'
        $text | Should -Match 'agent Failed'
    } }
}
