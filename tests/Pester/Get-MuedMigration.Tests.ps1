BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $database = New-TestDatabase -Base
}

AfterAll { Remove-TestDatabase $database }

Describe 'Records of Get-MuedMigration in the pipeline' {
    BeforeEach {
        $own = New-TestDatabase
        $folder = New-MigrationFolder @{
            '1_a.sql' = 'CREATE TABLE a (id int)'; '2_b.sql' = 'CREATE TABLE b (id int)'; '3_c.sql' = 'CREATE TABLE c (id int)'
            'rollback_1_a.sql' = 'DROP TABLE a'; 'rollback_2_b.sql' = 'DROP TABLE b'; 'rollback_3_c.sql' = 'DROP TABLE c'
        }
        $list = @{ Connection = $own; Path = $folder; HistoryTable = 'public.piped' }
        function States { (Get-MuedMigration @list).State -join ' ' }
    }

    AfterEach { Remove-TestDatabase $own }

    It 'are also a report, which a build log gets only where it is asked for' {
        $file = Join-Path $TestDrive 'status.json'
        $env:TF_BUILD = 'True'
        try {
            @(Get-MuedMigration @list -ReportPath $file 6>&1).ForEach{ "$_" } | Should -Be '1_a (Pending)', '2_b (Pending)', '3_c (Pending)'
            (Get-MuedMigration @list -Reporter AzurePipelines 6>&1 | Out-String) | Should -Match '##\[section\]mued-psdb status'
        }
        finally { $env:TF_BUILD = $null }
        (Get-Content $file -Raw | ConvertFrom-Json).migrations.name | Should -Be '1_a', '2_b', '3_c'
    }

    It 'are applied from their own folder, all in one run' {
        $report = Get-MuedMigration @list | Where-Object State -EQ 'Pending' | Invoke-MuedMigration
        @($report).Count | Should -Be 1
        $report.Path | Should -Be $folder
        $report.Migrations.Status | Should -Be 'Applied', 'Applied', 'Applied'
        States | Should -Be 'Applied Applied Applied'
    }

    It 'carry the convention that their folder was read by, and so does a row' {
        $two = Join-Path $TestDrive 'two conventions'
        foreach ($file in '20260101_a/up.sql', '20260102_b/migration.sql') { $null = New-Item -Force -Path "$two/$file" -Value 'CREATE TABLE a (id int)' }
        $asked = @{ Connection = $own; Path = $two; HistoryTable = 'public.piped' }
        (Get-MuedMigration @asked -Layout Diesel | Invoke-MuedMigration).Migrations.Name | Should -Be '20260101_a'
        $rows = foreach ($layout in 'Diesel', 'Prisma') { [pscustomobject] ($asked + @{ Layout = $layout }) }
        ($rows | Get-MuedMigration).Where{ $_.State -ne 'Missing' }.Name | Should -Be '20260101_a', '20260102_b'
    }

    It 'are applied, and no other' {
        (Get-MuedMigration @list | Where-Object Version -NE '3' | Invoke-MuedMigration).Status | Should -Be 'Succeeded'
        States | Should -Be 'Applied Applied Pending'
        Get-MuedMigration @list | Where-Object Version -EQ '3' | Invoke-MuedMigration -WhatIf
        States | Should -Be 'Applied Applied Pending'
    }

    It 'are refused when one that is pending before them was left out' {
        Get-MuedMigration @list | Where-Object Version -EQ '2' | Invoke-MuedMigration -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'MigrationChoiceHasGap,*'
        States | Should -Be 'Pending Pending Pending'
    }

    It 'are taken back, and no other' {
        $null = Invoke-MuedMigration @list
        Get-MuedMigration @list | Where-Object Name -EQ '1_a' | Undo-MuedMigration -Force -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'UndoChoiceNotNewest,*'
        $undone = Get-MuedMigration @list | Where-Object Version -NE '1' | Undo-MuedMigration -Force
        $undone.Units.Name | Should -Be 'rollback_3_c', 'rollback_2_b'
        States | Should -Be 'Applied Pending Pending'
    }

    It 'are taken back, and no other, where they are <Name>' -ForEach @(
        @{ Name = 'rows of a CSV file'; From = { Get-MuedMigration @list | ConvertTo-Csv | ConvertFrom-Csv } }
        @{ Name = 'objects of JSON'; From = { Get-MuedMigration @list | ConvertTo-Json | ConvertFrom-Json } }
        @{ Name = 'chosen columns of rows'; From = { Get-MuedMigration @list | ConvertTo-Csv | ConvertFrom-Csv | Select-Object Name, Path } }
        @{ Name = 'rows with a connection'; From = { Get-MuedMigration @list | Select-Object *, @{ Name = 'Url'; Expression = { $own } } | ConvertTo-Csv | ConvertFrom-Csv } }
        @{ Name = 'parts of a report'; From = { (Invoke-MuedMigration @list).Migrations } }
    ) {
        $null = Invoke-MuedMigration @list
        $rows = & $From
        $where = if ($rows[0].PSObject.Properties['Url']) { @{} } else { $list }
        $rows | Where-Object Name -EQ '1_a' | Undo-MuedMigration @where -Force -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'UndoChoiceNotNewest,*'
        ($rows | Where-Object Name -EQ '3_c' | Undo-MuedMigration @where -Force).Units.Name | Should -Be 'rollback_3_c'
        States | Should -Be 'Applied Applied Pending'
    }

    It 'without a database act on that of the command line, of its file or of the environment' {
        $folderOnly = @{ Path = $folder; HistoryTable = 'public.piped' }
        $first = { Get-MuedMigration @folderOnly -Offline | Where-Object Name -EQ '1_a' }
        Set-Content TestDrive:/one.txt $own
        $url = $env:DATABASE_URL
        try {
            $env:DATABASE_URL = $own
            (& $first | Invoke-MuedMigration -DryRun).Migrations.Reason | Should -Be 'rehearsed and rolled back', 'not chosen', 'not chosen'
            $env:DATABASE_URL = $null
            & $first | Invoke-MuedMigration -ErrorVariable failure -ErrorAction SilentlyContinue
            $failure[0].FullyQualifiedErrorId | Should -BeLike 'NoConnectionGiven,*'
            & $first | Where-Object Name -EQ 'none' | Invoke-MuedMigration -ConnectionFile TestDrive:/one.txt
            States | Should -Be 'Pending Pending Pending'
            (& $first | Invoke-MuedMigration -ConnectionFile TestDrive:/one.txt).Migrations.Status | Should -Be 'Applied', 'Pending', 'Pending'
            @([pscustomobject] @{ Path = $folder } | Get-MuedMigration -Offline).Count | Should -Be 3
        }
        finally { [Environment]::SetEnvironmentVariable('DATABASE_URL', $url) }
    }

    It 'are alone what is taken: <Name> is refused' -ForEach @(
        @{ Name = 'a file'; Id = 'MigrationNotInFolder'; Call = { Get-Item "$folder/1_a.sql" | Invoke-MuedMigration @list } }
        @{ Name = 'a connection beside -Connection'; Id = 'InputUnused'; Call = { $own | Invoke-MuedMigration @list } }
        @{ Name = 'a part of a report that names no migration'; Id = 'InputUnused'; Call = { (Invoke-MuedMigration @list -DryRun).Harm | Invoke-MuedMigration @list } }
        @{ Name = 'a number'; Id = 'InputWithoutDatabase'; Call = { 1 | Invoke-MuedMigration } }
        @{ Name = 'a row without a database'; Id = 'InputWithoutDatabase'; Call = { [pscustomobject] @{ Path = $folder } | Invoke-MuedMigration } }
        @{ Name = 'a row whose connection is empty'; Id = 'ConnectionEmpty'; Call = { [pscustomobject] @{ Connection = ''; Path = $folder } | Invoke-MuedMigration } }
        @{ Name = 'a row with a convention that there is not'; Id = 'InputNotTaken'; Call = { [pscustomobject] @{ Connection = $own; Path = $folder; Layout = 'flywya' } | Invoke-MuedMigration } }
        @{ Name = 'a plan'; Id = 'PlanPiped'; Call = { Invoke-MuedMigration @list -WhatIf -Target 1 -ReportPath TestDrive:/plan.json | Invoke-MuedMigration } }
    ) {
        & { [CmdletBinding()] param() & $Call } -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure.FullyQualifiedErrorId | Select-Object -Last 1 | Should -BeLike "$Id,*"
        States | Should -Be 'Pending Pending Pending'
    }

    It 'find their database again after a serialization only with -Connection' {
        $records = Get-MuedMigration @list | ForEach-Object { [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($_)) }
        # What a handle of another session looks like.
        $records.ForEach{ $_.Connection = 'mued-psdb:00000000000000000000000000000000' }
        $records | Invoke-MuedMigration -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'RecordWithoutConnection,*'
        ($records | Select-Object -First 2 | Invoke-MuedMigration -Connection $own).Status | Should -Be 'Succeeded'
        States | Should -Be 'Applied Applied Pending'
    }

    It 'name a database and a folder for the commands that test' {
        @(Get-MuedMigration @list | Test-MuedConnection -ErrorAction SilentlyContinue).Count | Should -Be 1
        $tested = Invoke-MuedMigration @list | Test-MuedSchema
        $tested.Passed | Should -BeTrue
        $tested.Expectation | Should -Match ([regex]::Escape($folder))
        $file = Join-Path $TestDrive 'own.json'
        $null = Export-MuedSchema $own -Path $file
        (Invoke-MuedMigration @list | Test-MuedSchema -SchemaFile $file).Expectation | Should -Match 'own.json'
        (Invoke-MuedMigration @list | Undo-MuedMigration -Force).Units.Name | Should -Be 'rollback_3_c'
    }

    It 'are an error when they are null, and nothing at all when there are none' {
        $null | Invoke-MuedMigration -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'InputNull,*'
        $told = Get-MuedMigration @list | Where-Object State -EQ 'Changed' | Invoke-MuedMigration -ReportPath TestDrive:/none.json -Verbose 4>&1
        "$told" | Should -Be 'NothingToDo: Nothing that can be used came down the pipeline, so nothing was done'
        (Get-Content TestDrive:/none.json -Raw | ConvertFrom-Json).status | Should -Be 'NothingToDo'
        States | Should -Be 'Pending Pending Pending'
    }

    It 'can be the rows of a table, with any parameter of that name' {
        $rows = "Url,Path,HistoryTable`n$own,$folder,public.piped" | ConvertFrom-Csv
        ($rows | Invoke-MuedMigration).Status | Should -Be 'Succeeded'
        States | Should -Be 'Applied Applied Applied'
    }
}

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
        Set-Content (Join-Path $folder 'notes.txt') ''
        $states = @{}
        $all = Get-MuedMigration $database -Path $folder -HistoryTable $table -Verbose 4>&1
        $told, $migrations = $all.Where({ $_ -is [System.Management.Automation.VerboseRecord] }, 'Split')
        $told.Message | Should -Contain 'Passed over: notes.txt'
        $migrations.ForEach{ $states[$_.Name] = [string] $_.State }
        $states['1_a'] | Should -Be 'Applied'
        $states['2_b'] | Should -Be 'Changed'
        $states['3_c'] | Should -Be 'Missing'
        $states['4_d'] | Should -Be 'Pending'
    }

    It 'asks no database with -Offline, and without it a missing connection stays an error' {
        $folder = New-MigrationFolder @{ '1_a.sql' = 'CREATE TABLE a (id int)'; '2_b.sql' = 'CREATE TABLE b (id int)' }
        $nowhere = @{ DATABASE_URL = $null; PGHOST = $null; PGDATABASE = $null; PGUSER = $null; PGPORT = $null }
        $result = Invoke-Pwsh '-Command', "Import-Module '$ModulePath'
            (Get-MuedMigration -Path '$folder' -Offline).ForEach{ `$_.Name + ' ' + `$_.State } -join ', '
            Get-MuedMigration -Path '$folder' -ErrorVariable e -ErrorAction SilentlyContinue; `$e[0].FullyQualifiedErrorId
            Get-MuedMigration '$database' -Path '$folder' -Offline -ErrorVariable e -ErrorAction SilentlyContinue; `$e[0].FullyQualifiedErrorId
            Get-MuedMigration -Path '$folder' -Offline | Select-Object -First 1 | Invoke-MuedMigration -Connection '$database' -HistoryTable public.offline |
                ForEach-Object { `$_.Migrations.Status -join ' ' }" -Environment $nowhere
        $result.Err | Should -BeNullOrEmpty
        ($result.Out.Trim() -split '\r?\n') | Should -Be '1_a Unknown, 2_b Unknown', 'NoConnectionGiven,Mued.PsDb.Commands.GetMuedMigrationCommand',
            'OfflineWithDatabase,Mued.PsDb.Commands.GetMuedMigrationCommand', 'Applied Pending'
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
