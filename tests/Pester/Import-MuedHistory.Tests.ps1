BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $database = New-TestDatabase
    $path = New-Item -ItemType Directory (Join-Path $TestDrive 'goose')
    foreach ($i in 1, 2) { Set-Content "$path/0000${i}_t$i.sql" "-- +goose Up`nCREATE TABLE t$i (id int);`n-- +goose Down`nDROP TABLE t$i;" }
    Invoke-Sql $database "CREATE TABLE t1 (id int); CREATE TABLE goose_db_version (id serial, version_id bigint, is_applied boolean, tstamp timestamp DEFAULT now());
        INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, true) RETURNING 1" | Out-Null
}

AfterAll { Remove-TestDatabase $database }

Describe 'Import-MuedHistory' {
    It 'is what a run asks for where another tool has applied the folder' {
        Invoke-MuedMigration $database -Path $path -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'HistoryElsewhere,*'
    }

    It 'tells with -WhatIf what it would record, and writes nothing' {
        $result = Invoke-Pwsh '-Command', "Import-Module '$ModulePath'; Import-MuedHistory '$database' -Path '$path' -WhatIf"
        $result.Out | Should -Match 'Record 00001_t1 as applied by goose'
        $result.Out | Should -Not -Match '00002_t2'
        Invoke-Sql $database "SELECT to_regclass('mued_schema_history') IS NULL" | Should -Be 'True'
    }

    It 'records what is applied, so that the rest can run' {
        $report = Import-MuedHistory $database -Path $path
        $report.Status | Should -Be 'Succeeded'
        $report.Tool | Should -Be 'goose'
        $report.Migrations.Status | Should -Be 'Imported', 'Pending'
        (Import-MuedHistory $database -Path $path).Status | Should -Be 'NothingToDo'
        (Invoke-MuedMigration $database -Path $path).Migrations.Status | Should -Be 'Skipped', 'Applied'
        (Get-MuedMigration $database -Path $path).State | Should -Be 'Applied', 'Applied'
    }

    It 'reads the folder as mued.json says, and so does the test of what it makes' {
        $other = New-TestDatabase
        $null = New-Item -ItemType Directory TestDrive:/project/db
        foreach ($name in 'a', 'b') { Set-Content "TestDrive:/project/db/0001_$name.sql" "-- Up Migration`nCREATE TABLE $name (id int);" }
        Set-Content TestDrive:/project/mued.json '{ "path": "db", "layout": "nodePgMigrate", "allowDuplicateVersion": true }'
        Invoke-Sql $other "CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE pgmigrations (id serial, name text, run_on timestamp);
            INSERT INTO pgmigrations (name, run_on) VALUES ('0001_a', now()), ('0001_b', now()) RETURNING 1" | Out-Null
        Push-Location TestDrive:/project
        try {
            (Import-MuedHistory $other).Migrations.Status | Should -Be 'Imported', 'Imported'
            (Test-MuedSchema $other).Success | Should -BeTrue
        }
        finally { Pop-Location; Remove-TestDatabase $other }
    }
}
