BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $runbook = Join-Path $ModulePath 'examples/Invoke-MuedRunbook.ps1'
    $schema = Join-Path $ModulePath 'examples/mued-runbook.schema.json'
    $reports = Join-Path $TestDrive 'reports'
    $modules = New-Item -ItemType Directory (Join-Path $TestDrive 'modules')
    Copy-Item $ModulePath $modules -Recurse
    $null = New-Item -ItemType Directory $reports

    # Whoever schedules it gives it a user of its own. Root can become one, which may read nothing of what root has restored.
    if ($IsLinux -and (id -u) -eq '0') {
        chmod 0777 $reports
        if ($Pwsh.Count -gt 1) {
            Copy-Item (Split-Path $Pwsh[1]) (Join-Path $TestDrive 'pwsh') -Recurse
            $script:Pwsh[1] = Join-Path $TestDrive 'pwsh' (Split-Path -Leaf $Pwsh[1])
        }
        $script:Pwsh = @('setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups') + $Pwsh
    }
    $database = New-TestDatabase -Base
    $null = Invoke-MuedMigration $database

    function Invoke-Runbook([string[]] $Url, [hashtable] $Environment = @{}) {
        $list = Join-Path $TestDrive 'databases.txt'
        Set-Content $list (@('# databases', '') + $Url)
        $all = @{ HOME = $null; XDG_CONFIG_HOME = $null; XDG_CACHE_HOME = $null; XDG_DATA_HOME = $null; PSModulePath = "$modules" } + $Environment
        Invoke-Pwsh '-File', $runbook, '-ListFile', $list, '-ReportFolder', $reports -Environment $all -WorkingDirectory '/'
    }
}

AfterAll { Remove-TestDatabase $database }

Describe 'The runbook that ships' {
    It 'looks at twenty databases of which one is down, and says which' {
        $name = ([uri] $database).AbsolutePath.TrimStart('/')
        $copies = @(1..18 | ForEach-Object { Get-DatabaseUrl "$($name)_$_" })
        try {
            foreach ($copy in $copies) { Invoke-Sql $ServerUrl "CREATE DATABASE $(([uri] $copy).AbsolutePath.TrimStart('/')) TEMPLATE $name" }
            $down = 'postgresql://someone:canary-5b1c@127.0.0.1:1/down'
            $result = Invoke-Runbook (@($database) + $copies + $down)
            $result.Err | Should -BeNullOrEmpty
            $result.ExitCode | Should -Be 3
            $result.Out | Should -Not -Match 'canary-5b1c'
            $json = $result.Out.Trim() -split '\r?\n'
            $json.Count | Should -Be 20
            $json | ForEach-Object { Test-Json -Json $_ -SchemaFile $schema | Should -BeTrue }
            $lines = $json | ConvertFrom-Json
            ($lines | Where-Object healthy | ForEach-Object target).Count | Should -Be 19
            $lines[19].connection.status | Should -Be Failed
            $lines[19].health.status | Should -Be Skipped
            $lines[0].metrics.status, $lines[0].objectives.status, $lines[0].plugins.status | Should -Be Passed, Unknown, Passed
            $page = Get-Content (Join-Path $reports 'runbook.html') -Raw
            $page | Should -Match '19 of 20 databases are healthy'
            $page | Should -Not -Match 'canary-5b1c'
        }
        finally { Remove-TestDatabase $copies }
    }

    It 'ends with 0 when all is well, and holds the sizes against those of the run before' {
        (Invoke-Runbook $database).ExitCode | Should -Be 0
        (Invoke-Runbook $database).ExitCode | Should -Be 0
        $report = Get-ChildItem $reports -Filter "health-*$(([uri] $database).AbsolutePath.TrimStart('/')).json" | Get-Content -Raw | ConvertFrom-Json
        $report.size.since | Should -Not -BeNullOrEmpty
    }

    It 'ends with 1 when a step failed' {
        $null = Invoke-Sql $database "UPDATE plugin_registry SET version = 'none' WHERE source = 'note' RETURNING 1"
        $result = Invoke-Runbook $database
        $result.ExitCode | Should -Be 1
        ($result.Out | ConvertFrom-Json).plugins.status | Should -Be Failed
    }
}
