BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $database = New-TestDatabase -Base
}

AfterAll { Remove-TestDatabase $database }

Describe 'Get-MuedMigration' {
    It 'lists the bundled migrations as pending on a fresh database, and makes nothing' {
        $migrations = Get-MuedMigration $database
        $migrations.Version | Should -Be '0006', '0007', '0008'
        $migrations.State | Should -Be 'Pending', 'Pending', 'Pending'
        Invoke-Sql $database "SELECT to_regclass('mued_schema_history')::text" | Should -Be ([DBNull]::Value)
    }

    It 'tells what is applied, pending, changed and missing' {
        $table = 'public.history_of_states'
        $folder = New-MigrationFolder @{ '1_a.sql' = 'SELECT 1'; '2_b.sql' = 'SELECT 2'; '3_c.sql' = 'SELECT 3' }
        $null = Invoke-MuedMigration $database -Path $folder -HistoryTable $table
        Set-Content (Join-Path $folder '2_b.sql') 'SELECT 22'
        Remove-Item (Join-Path $folder '3_c.sql')
        Set-Content (Join-Path $folder '4_d.sql') 'SELECT 4'
        $states = @{}
        Get-MuedMigration $database -Path $folder -HistoryTable $table | ForEach-Object { $states[$_.Name] = [string] $_.State }
        $states['1_a'] | Should -Be 'Applied'
        $states['2_b'] | Should -Be 'Changed'
        $states['3_c'] | Should -Be 'Missing'
        $states['4_d'] | Should -Be 'Pending'
    }

    It 'leaves out what -Exclude names' {
        (Get-MuedMigration $database -Exclude '0007*' | Where-Object Version -eq '0007').State | Should -Be 'Excluded'
    }

    It 'takes a relative path from the current location' {
        $folder = New-MigrationFolder @{ '1_only.sql' = 'SELECT 1' }
        Push-Location (Split-Path $folder)
        try { (Get-MuedMigration $database -Path (Split-Path $folder -Leaf)).Name | Should -Be '1_only' } finally { Pop-Location }
    }

    It 'says that a folder is not there' {
        Get-MuedMigration $database -Path 'no-such-folder' -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'MigrationFolderMissing,*'
        $failure[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
    }
}
