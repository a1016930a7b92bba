BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'migrations')).FullName
    Set-Content (Join-Path $folder '0001_users.sql') 'CREATE TABLE users (id int PRIMARY KEY, n int);'
    Set-Content (Join-Path $folder '0002_index.sql') 'CREATE INDEX ON users (n);'
    $saved = $env:DATABASE_URL
    $env:DATABASE_URL = 'postgresql://nobody@127.0.0.1:1/nothing'
}

AfterAll { $env:DATABASE_URL = $saved }

Describe 'Test-MuedMigration' {
    It 'needs no database, takes none that it was not told, and tells what fails as a report and an error' {
        $report = Test-MuedMigration -Path $folder -New (Join-Path $folder '0002_index.sql') -ErrorVariable failure -ErrorAction SilentlyContinue
        $report.Passed | Should -BeFalse
        $report.Target | Should -BeNullOrEmpty
        $report.Findings[0].Rule | Should -Be 'blocking-index-build'
        $report.Migrations.Statements[0].Relations[0].LockModes | Should -Contain 'ShareLock'
        $failure.Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'MigrationTestFailed,*'
        $report | Out-String | Should -Match 'blocking-index-build'
        $report.Findings | Out-String | Should -Match 'blocking-index-build'
        $report | Format-List | Out-String | Should -Match 'Error blocking-index-build 0002_index:1'
    }

    It 'tests what records name, as far as it is pending, on what comes before it' {
        $database = New-TestDatabase
        try {
            $all = @{ Connection = $database; Path = $folder }
            $null = Invoke-MuedMigration @all -Target 0001
            Set-Content (Join-Path $folder '0003_rows.sql') 'ALTER TABLE users ADD mail text;'
            $tested = Get-MuedMigration @all | Where-Object Name -NE '0002_index' | Test-MuedMigration
            $tested.Migrations.Name | Should -Be '0003_rows'
            $tested.Passed | Should -BeTrue
            (Get-MuedMigration @all | Where-Object Name -EQ '0003_rows' | Test-MuedMigration -OnTarget).Migrations.Name | Should -Be '0003_rows'
            $early = Get-MuedMigration @all | Where-Object Name -EQ '0002_index' | Test-MuedMigration -ErrorAction SilentlyContinue
            $early.Findings.Rule | Should -Not -Contain 'order'
            { Get-MuedMigration @all | Test-MuedMigration -New 0003_rows.sql } | Should -Throw '*a record names 0001_users*'
            $whole = Get-MuedMigration @all | Test-MuedMigration -ErrorAction SilentlyContinue
            $whole.Migrations.Name | Should -Be '0002_index', '0003_rows'
        }
        finally {
            Remove-TestDatabase $database
            Remove-Item (Join-Path $folder '0003_rows.sql')
        }
    }

    It 'gives a Boolean with -Quiet' {
        Test-MuedMigration -Path $folder -Quiet | Should -BeTrue
    }
}
