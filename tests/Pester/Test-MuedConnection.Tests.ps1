BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $database = New-TestDatabase -Base
}

AfterAll { Remove-TestDatabase $database }

Describe 'Test-MuedConnection' {
    It 'reports a database that is ready' {
        $report = Test-MuedConnection $database
        $report.Success | Should -BeTrue
        $report.Target | Should -Match '^\w+@.+:\d+/mued_pester_\w+$'
        $report.Source | Should -Be '-Connection'
        $report.ServerVersion | Should -Match '^\d+'
        $report.ServerTime | Should -BeOfType System.DateTimeOffset
        $report.Latency | Should -BeGreaterThan ([timespan]::Zero)
        $report.BaseTables.Name | Should -Be 'users', 'materials'
        $report.Phase2 | Should -Be 'Absent'
        $report.Checks.Status | Should -Not -Contain 'Failed'
    }

    It 'writes a report, into a folder that it makes, with -Quiet too' {
        $null = Test-MuedConnection $database -ReportPath TestDrive:/made/here/report.xml
        (Select-Xml '//testcase' (Join-Path $TestDrive 'made/here/report.xml')).Count | Should -BeGreaterThan 5
        Test-MuedConnection $database -Quiet -ReportPath TestDrive:/quiet.md | Should -BeTrue
        Get-Content TestDrive:/quiet.md -Raw | Should -Match 'test-connection'
    }

    It 'asks a database that has never heard of MUED for nothing of it, and hands the folder on' {
        $other = New-TestDatabase
        $folder = New-Item TestDrive:/mine -ItemType Directory
        Set-Content TestDrive:/mine/0001_note.sql 'CREATE TABLE note (id int);'
        try {
            $report = Test-MuedConnection $other -Path TestDrive:/mine -ErrorAction Stop
            $report.Success, $report.Path, $report.PathReason | Should -Be $true, $folder.FullName, 'as given'
            $report.BaseTables.Count, $report.Phase2, $report.CanReferenceUsers | Should -Be 0, $null, $null
            ($report | Invoke-MuedMigration).Migrations.Name | Should -Be '0001_note'
            (Test-MuedConnection $other -Phase2 -ErrorAction SilentlyContinue).BaseTables.Exists | Should -Be $false, $false
        }
        finally { Remove-TestDatabase $other }
    }

    It 'takes from mued.json what is not given' {
        $other = New-TestDatabase
        $root = (New-Item TestDrive:/project/db/below -ItemType Directory -Force).FullName
        Set-Content TestDrive:/project/db/0001_note.sql 'CREATE TABLE note (id int);'
        Set-Content TestDrive:/project/db/rollback_0001_note.sql 'DROP TABLE note;'
        Set-Content TestDrive:/project/mued.json '{ "path": "db", "historyTable": "public.project_history", "requiredTables": ["tenant"] }'
        Push-Location $root
        try {
            $report = Test-MuedConnection $other -ErrorAction SilentlyContinue
            $report.PathReason, $report.BaseTables[0].Exists | Should -Be "named in $(Join-Path $TestDrive 'project/mued.json')", $false
            { Invoke-MuedMigration $other -ErrorAction Stop } | Should -Throw '*the table tenant does not exist*'
            { Test-MuedMigration $other -OnTarget -ErrorAction Stop } | Should -Throw '*the table tenant does not exist*'
            Invoke-Sql $other 'CREATE TABLE tenant ()'
            (Invoke-MuedMigration $other).HistoryTable | Should -Be 'public.project_history'
            (Get-MuedMigration $other).State | Should -Be 'Applied'
            (Get-MuedMigration $other -HistoryTable public.another).State | Should -Be 'Pending'
            (Undo-MuedMigration $other -Force -NoBackup).PathReason | Should -BeLike 'named in*'
            (TabExpansion2 'Invoke-MuedMigration -Target ' 29).CompletionMatches.CompletionText | Should -Be "'0001'"
            Set-Content TestDrive:/project/mued.json '{ "path": "nowhere" }'
            Invoke-MuedMigration $other -ErrorVariable failure -ErrorAction SilentlyContinue
            $failure[0].FullyQualifiedErrorId | Should -BeLike 'ProjectPathMissing,*'
        }
        finally { Pop-Location; Remove-TestDatabase $other }
    }

    It 'takes the connection from <Name>' -ForEach @(
        @{ Name = 'its position'; Call = { Test-MuedConnection $database } }
        @{ Name = 'ConnectionString'; Call = { Test-MuedConnection -ConnectionString $database } }
        @{ Name = 'DatabaseUrl'; Call = { Test-MuedConnection -DatabaseUrl $database } }
        @{ Name = 'Url'; Call = { Test-MuedConnection -Url $database } }
        @{ Name = 'the pipeline'; Call = { $database | Test-MuedConnection } }
        @{ Name = 'a property of the name'; Call = { [pscustomobject]@{ Url = $database } | Test-MuedConnection } }
    ) {
        (& $Call).Success | Should -BeTrue
    }

    It 'takes the connection from the .env.local of the current location' {
        Set-Content (Join-Path $TestDrive '.env.local') "DATABASE_URL=$database"
        Push-Location $TestDrive
        try { $report = Test-MuedConnection } finally { Pop-Location }
        $report.Success | Should -BeTrue
        $report.Source | Should -Match '\.env\.local'
    }

    It 'takes the connection from a file on a PowerShell drive' {
        Set-Content 'TestDrive:/other.env' "DATABASE_URL=$database"
        (Test-MuedConnection -EnvFile 'TestDrive:/other.env').Success | Should -BeTrue
    }

    It 'lets -Credential override what the connection says' {
        $uri = [UriBuilder] $database
        $password = [uri]::UnescapeDataString($uri.Password)
        $bare = "postgresql://nobody:wrong@$($uri.Host):$($uri.Port)$($uri.Path)"
        $credential = [pscredential]::new([uri]::UnescapeDataString($uri.UserName), (ConvertTo-SecureString $password -AsPlainText -Force))
        (Test-MuedConnection $bare -Credential $credential).Success | Should -BeTrue
    }

    It 'gives a Boolean with -Quiet and no error' {
        Test-MuedConnection $database -Quiet | Should -BeTrue
        Test-MuedConnection ($database -replace 'mued_pester_', 'no_such_') -Quiet -ErrorVariable failure | Should -BeFalse
        $failure | Should -BeNullOrEmpty
    }

    It 'tells a database that does not exist, with the report and an error' {
        $report = Test-MuedConnection ($database -replace 'mued_pester_', 'no_such_') -ErrorVariable failure -ErrorAction SilentlyContinue
        $report.Success | Should -BeFalse
        $failure.Count | Should -Be 1
        $failure[0].CategoryInfo.Category | Should -BeIn 'ConnectionError', 'ObjectNotFound'
        $failure[0].TargetObject | Should -Match 'no_such_'
        $failure[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'skips empty lines of the input' {
        @('', $database, '   ', $database | Test-MuedConnection -Quiet) | Should -Be $true
    }

    It 'goes on with the next database, unless errors are to stop it' {
        $bad = $database -replace 'mued_pester_', 'no_such_'
        @($bad, $database | Test-MuedConnection -ThrottleLimit 1 -ErrorAction SilentlyContinue).Success | Should -Be $false, $true
        $seen = [System.Collections.Generic.List[bool]]::new()
        { $bad, $database | Test-MuedConnection -ThrottleLimit 1 -ErrorAction Stop | ForEach-Object { $seen.Add($_.Success) } } | Should -Throw
        $seen | Should -Be @($false)
    }

    It 'ends when nobody wants more' {
        @($database, $database, $database | Test-MuedConnection | Select-Object -First 1).Count | Should -Be 1
    }

    It 'hands its database on to the next command, without the password' {
        $report = Test-MuedConnection $database
        $handed = $report | Invoke-MuedMigration | Test-MuedSchema
        $handed.Passed | Should -BeTrue
        $handed.Target | Should -Be $report.Target
        (Get-MuedMigration $database | Select-Object -First 1 | Test-MuedConnection).Target | Should -Be $report.Target
        $report | Format-List * | Out-String | Should -Not -Match '(?m)^Connection '
        ($report | ConvertTo-Json -Depth 2 | ConvertFrom-Json).PSObject.Properties.Name | Should -Not -Contain 'Connection'
        $report.Connection | Should -Not -Match 'postgres'
    }
}
