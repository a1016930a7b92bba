# The schemas of one database as tenants.
BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $url = New-TestDatabase
    $folder = New-MigrationFolder @{ '0001_a.sql' = 'CREATE TABLE a (id int);'; '0002_b.sql' = 'CREATE TABLE b (id int);'; 'rollback_0002_b.sql' = 'DROP TABLE b;' }
    $tenants = @{ Connection = $url; TenantSchema = 'tenant_*'; Path = $folder }
    $names = 1..4 | ForEach-Object { "tenant_$_" }
    function Get-Applied { foreach ($name in $names) { Invoke-Sql $url "SELECT count(*)::int FROM pg_tables WHERE schemaname = '$name' AND tablename IN ('a', 'b')" } }
}

AfterAll { Remove-TestDatabase $url }

Describe 'Tenants of a database' {
    BeforeEach { foreach ($name in $names) { Invoke-Sql $url "DROP SCHEMA IF EXISTS $name CASCADE; CREATE SCHEMA $name" } }

    It 'are migrated, each with its own history, and a report each where the name says so' {
        Invoke-Sql $url 'CREATE TABLE tenant_2.b (other int)'
        $reports = Invoke-MuedMigration @tenants -ReportPath 'TestDrive:/{schema}.xml' -ErrorVariable failure -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        @($reports.Status | Sort-Object { "$_" }) | Should -Be 'Failed', 'Succeeded', 'Succeeded', 'Succeeded'
        "$failure" | Should -Match '/tenant_2'
        ($reports | Where-Object Success)[0].HistoryTable | Should -BeLike 'tenant_?.mued_schema_history'
        (Get-ChildItem TestDrive:/ -Filter *.xml).BaseName | Sort-Object | Should -Be $names
        Get-Applied | Should -Be 2, 2, 2, 2
        @(Invoke-Sql $url "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") | Should -HaveCount 0
    }

    It 'go down the pipeline, those that were chosen as one fleet and no other' {
        $null = Invoke-MuedMigration @tenants -Target 0001
        $pending = Get-MuedMigration @tenants | Where-Object State -EQ Pending
        $pending | Should -HaveCount 4
        $told = $pending | Where-Object Target -NotLike '*/tenant_3' | Invoke-MuedMigration -ReportPath TestDrive:/chosen.json -Verbose 4>&1
        @($told -match '^\d of 3 databases: .*Succeeded') | Should -HaveCount 3
        @((Get-Content TestDrive:/chosen.json -Raw | ConvertFrom-Json).targets) | Should -HaveCount 3
        Get-Applied | Should -Be 2, 2, 1, 2
    }

    It 'are of the database that a file names' {
        Set-Content TestDrive:/.env "DATABASE_URL=$url"
        $file = @{ EnvFile = "$TestDrive/.env" }
        $pending = Get-MuedMigration @file -TenantSchema 'tenant_*' -Path $folder
        @($pending | Invoke-MuedMigration @file).Status | Should -Be (@('Succeeded') * 4)
        $other = $url.Replace('/' + ([uri]$url).Segments[-1], '/postgres')
        $null = Get-MuedMigration $other -Path $folder | Get-MuedMigration @file -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'ConnectionTwice*'
    }

    It 'are undone and restored one at a time' {
        $null = Invoke-MuedMigration @tenants
        foreach ($name in $names) { Invoke-Sql $url "INSERT INTO $name.b VALUES (1)" }
        $backups = Join-Path $TestDrive 'backups'
        $one = $tenants + @{ }
        $one.TenantSchema = 'tenant_2'
        $undone = Undo-MuedMigration @one -Force -BackupPath "$backups/{schema}"
        $undone.Backup.Path | Should -Be (Join-Path $backups 'tenant_2')
        Get-Applied | Should -Be 2, 1, 2, 2
        $null = Invoke-MuedMigration @one
        (Restore-MuedBackup $url -TenantSchema 'tenant_2' -Path "$backups/{schema}").Status | Should -Be 'Succeeded'
        Invoke-Sql $url 'SELECT count(*)::int FROM tenant_2.b' | Should -Be 1
        $null = Restore-MuedBackup $url -Path "$backups/tenant_2" -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'RestoreOtherTenant*'
    }

    It 'have no part in a path where none is meant' {
        $null = Invoke-MuedMigration $url -Path $folder -ReportPath 'TestDrive:/none-{schema}.json' -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'TargetPathOfNoTenant*'
        Get-ChildItem TestDrive:/ -Filter 'none-*' | Should -BeNullOrEmpty
    }

    It 'are refused by <Cmdlet>, which is for a database' -ForEach @(
        @{ Cmdlet = 'Test-MuedHealth'; More = @{ } }
        @{ Cmdlet = 'Test-MuedSchema'; More = @{ } }
        @{ Cmdlet = 'Test-MuedMigration'; More = @{ } }
        @{ Cmdlet = 'Export-MuedSchema'; More = @{ Path = 'TestDrive:/tenant.json' } }
    ) {
        $one = Test-MuedConnection @tenants | Select-Object -First 1
        $one.Schema | Should -BeLike 'tenant_*'
        $one | & $Cmdlet @More -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'TenantUnsupported*'
    }
}
