# One cmdlet on many databases.
BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $prefix = 'fleet_' + [guid]::NewGuid().ToString('N').Substring(0, 8)
    $urls = foreach ($number in 1..4) {
        Invoke-Sql $ServerUrl "CREATE DATABASE ${prefix}_$number"
        Get-DatabaseUrl "${prefix}_$number"
    }
    $folder = New-MigrationFolder @{ '0001_a.sql' = 'CREATE TABLE a (id int);'; '0002_b.sql' = 'CREATE TABLE b (id int);'; 'rollback_0002_b.sql' = 'DROP TABLE b;' }
    $fleet = @{ Connection = $ServerUrl; Database = "${prefix}_*"; Path = $folder }
    function Reset-Fleet { foreach ($url in $urls) { Invoke-Sql $url 'DROP SCHEMA public CASCADE; CREATE SCHEMA public' } }
    function Get-Applied { foreach ($url in $urls) { Invoke-Sql $url "SELECT (SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b'))::int" } }
}

AfterAll { Remove-TestDatabase $urls }

Describe 'A fleet' {
    BeforeEach { Reset-Fleet }

    It 'takes its databases from <Name>' -ForEach @(
        @{ Name = 'a list'; Call = { Invoke-MuedMigration $urls -Path $folder } }
        @{ Name = 'the pipeline'; Call = { $urls | Invoke-MuedMigration -Path $folder } }
        @{ Name = 'objects'; Call = { Invoke-MuedMigration -Connection ($urls | ForEach-Object { [pscustomobject]@{ Url = $_ } }) -Path $folder } }
        @{ Name = 'records'; Call = { Invoke-MuedMigration -Connection (Test-MuedConnection $urls -ErrorAction SilentlyContinue) -Path $folder } }
        @{ Name = 'piped records'; Call = { Test-MuedConnection $urls -ErrorAction SilentlyContinue | Invoke-MuedMigration -Path $folder } }
        @{ Name = 'records of migrations'; Call = { Get-MuedMigration @fleet | Where-Object State -EQ Pending | Invoke-MuedMigration } }
        @{ Name = 'a file'; Call = { Set-Content TestDrive:/urls.txt (@('# all', '') + $urls); Invoke-MuedMigration -ConnectionFile TestDrive:/urls.txt -Path $folder } }
        @{ Name = 'the server'; Call = { Invoke-MuedMigration @fleet } }
        @{ Name = 'a catalog'; Call = { Invoke-MuedMigration $ServerUrl -Tenant "SELECT unnest('{$($urls -join ',')}'::text[])" -Path $folder } }
        @{ Name = 'shards'; Call = { foreach ($part in 1..3) { Invoke-MuedMigration @fleet -Shard "$part/3" } } }
    ) {
        $reports = & $Call
        $reports | Should -HaveCount 4
        $reports.Status | Select-Object -Unique | Should -Be 'Succeeded'
        $reports[0].GetType().Name | Should -Be 'MigrationReport'
        Get-Applied | Should -Be 2, 2, 2, 2
    }

    It 'is that of each row where rows of migrations are piped beside <Name>' -ForEach @(
        @{ Name = 'a list'; Where = { @{ Connection = $urls[0..2] } } }
        @{ Name = 'a file'; Where = { Set-Content TestDrive:/urls.txt $urls[0..2]; @{ ConnectionFile = 'TestDrive:/urls.txt' } } }
    ) {
        $rows = Get-MuedMigration @fleet | ConvertTo-Csv | ConvertFrom-Csv
        $chosen = $rows.Where{ $_.Target -like '*_1' -or ($_.Target -like '*_2' -and $_.Name -eq '0001_a') -or $_.Target -like '*_4' }
        $where = & $Where
        $null = $chosen | Invoke-MuedMigration @where -ErrorVariable failure -ErrorAction SilentlyContinue
        Get-Applied | Should -Be 2, 1, 0, 0
        $failure.FullyQualifiedErrorId | Select-Object -Unique | Should -BeLike 'RecordElsewhere,*'
        { $rows | Invoke-MuedMigration @fleet -ErrorAction Stop } | Should -Throw -ErrorId 'RecordElsewhere,*'
    }

    It 'goes past a broken database, whose error names it, and does the rest the next time' {
        Invoke-Sql $urls[1] 'CREATE TABLE b (other int)'
        $reports = Invoke-MuedMigration @fleet -ReportPath TestDrive:/fleet.json -ErrorVariable failure -ErrorAction SilentlyContinue -WarningVariable warning 3> $null
        @($reports.Status | Sort-Object { "$_" }) | Should -Be 'Failed', 'Succeeded', 'Succeeded', 'Succeeded'
        $failure | Should -HaveCount 1
        "$($failure[0])" | Should -Match "${prefix}_2.*0002_b"
        $warning | Should -Match '3 of 4 succeeded, 1 failed'
        $combined = Get-Content TestDrive:/fleet.json -Raw | ConvertFrom-Json
        $combined.targets.status | Should -Be 'Succeeded', 'Failed', 'Succeeded', 'Succeeded'
        Invoke-Sql $urls[1] 'DROP TABLE b'
        @((Invoke-MuedMigration @fleet).Status | Sort-Object { "$_" }) | Should -Be 'NothingToDo', 'NothingToDo', 'NothingToDo', 'Succeeded'
    }

    It 'has what cannot be read in its report, <Name>' -ForEach @(
        @{ Name = 'beside others'; Given = { $urls[0], 'postgresql://user:s3cret@[broken/x', $urls[1] }; Status = 'Failed', 'Succeeded', 'Succeeded'; Code = 2; More = @{} }
        @{ Name = 'beside one'; Given = { $urls[0], 'postgresql://user:s3cret@[broken/x' }; Status = 'Failed', 'Succeeded'; Code = 2; More = @{} }
        @{ Name = 'and begins no other where one failure is too many'; Given = { $urls[0], 'postgresql://user:s3cret@[broken/x' }; Status = 'Failed', 'NotRun'; Code = 2; More = @{ MaxFailures = 1 } }
        @{ Name = 'beside none'; Given = { $null, 'postgresql://user:s3cret@[broken/x' }; Status = 'Failed', 'Failed'; Code = 2; More = @{} }
    ) {
        $list = & $Given
        foreach ($call in { $list | Invoke-MuedMigration @arguments }, { Invoke-MuedMigration $list @arguments }) {
            Reset-Fleet
            $arguments = @{ Path = $folder; ReportPath = 'TestDrive:/all.json'; ErrorAction = 'SilentlyContinue'; ErrorVariable = 'failure'; WarningAction = 'SilentlyContinue' } + $More
            $reports = @(. $call)
            $reports | Should -HaveCount @($Status -eq 'Succeeded').Count
            $all = Get-Content TestDrive:/all.json -Raw
            $all | Should -Not -Match 's3cret'
            $combined = $all | ConvertFrom-Json
            $combined.targets.status | Should -Be $Status
            $combined.exitCode | Should -Be $Code
            $failure | Should -HaveCount $combined.failed
        }
    }

    It 'begins no other after <Name>' -ForEach @(
        @{ Name = 'a canary that fails'; More = @{ Canary = 1 } }
        @{ Name = 'as many failures as -MaxFailures says'; More = @{ MaxFailures = 1 } }
        @{ Name = 'a failure with -ErrorAction Stop'; More = @{ ErrorAction = 'Stop' } }
    ) {
        Invoke-Sql $urls[0] 'CREATE TABLE b (other int)'
        $arguments = @{ ErrorAction = 'SilentlyContinue' } + $fleet
        foreach ($key in $More.Keys) { $arguments[$key] = $More[$key] }
        try { Invoke-MuedMigration @arguments -ThrottleLimit 1 -ReportPath TestDrive:/bound.json -WarningAction SilentlyContinue } catch { "$_" | Should -Match "${prefix}_1" }
        (Get-Content TestDrive:/bound.json -Raw | ConvertFrom-Json).notRun | Should -Be 3
        (Get-Applied)[1..3] | Should -Be 0, 0, 0
    }

    It 'tells each as it ends, and writes a report a database where the name says so' {
        $told = Invoke-MuedMigration @fleet -ReportPath 'TestDrive:/{database}.xml' -Verbose 4>&1
        @($told -match '^\d of 4 databases: .*Succeeded') | Should -HaveCount 4
        (Get-ChildItem 'TestDrive:/' -Filter "$prefix*.xml").BaseName | Sort-Object | Should -Be (1..4 | ForEach-Object { "${prefix}_$_" })
        Invoke-MuedMigration @fleet -ReportPath 'TestDrive:/{host}.xml' -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'TargetPathShared*'
    }

    It 'goes over it with <Name>' -ForEach @(
        @{ Name = 'Get-MuedMigration'; More = @{}; Count = 8 }
        @{ Name = 'Test-MuedConnection'; More = @{}; Count = 4 }
        @{ Name = 'Test-MuedSchema'; More = @{ SchemaFile = '{schema}' }; Count = 4 }
        @{ Name = 'Test-MuedHealth'; More = @{}; Count = 4 }
        @{ Name = 'Export-MuedSchema'; More = @{ Path = 'TestDrive:/{database}.json' }; Count = 4 }
        @{ Name = 'Test-MuedMigration'; More = @{ OnTarget = $true }; Count = 4 }
        @{ Name = 'Undo-MuedMigration'; More = @{ Force = $true; NoBackup = $true }; Count = 4 }
        @{ Name = 'Compare-MuedSchema'; More = @{ Reference = '{schema}' }; Count = 1 }
    ) {
        $null = Invoke-MuedMigration @fleet
        $null = Export-MuedSchema $urls[0] -Path TestDrive:/schema.json
        $arguments = @{ Connection = $ServerUrl; Database = "${prefix}_*"; ErrorAction = 'SilentlyContinue'; WarningAction = 'SilentlyContinue' }
        if ((Get-Command $Name).Parameters.ContainsKey('HistoryTable')) { $arguments.Path = $folder }
        foreach ($key in $More.Keys) { $arguments[$key] = $More[$key] -is [string] ? $More[$key].Replace('{schema}', (Convert-Path TestDrive:/schema.json)) : $More[$key] }
        $records = @(& $Name @arguments)
        $records | Should -HaveCount $Count
        if ($Count -eq 4) { (($Name -like 'Export*' ? $records.BaseName : $records.Target) | Sort-Object) -replace '.*/' | Should -Be (1..4 | ForEach-Object { "${prefix}_$_" }) }
    }

    It 'refuses to write the schemas of several into one file, and asks no database where there is none to ask' {
        Export-MuedSchema $urls -Path TestDrive:/one.json -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'TargetPathShared*'
        { Get-MuedMigration -Offline -Database 'x*' -Path $folder } | Should -Throw '*A database is named*'
        { Test-MuedMigration -Path $folder -ReportPath 'TestDrive:/{database}.json' } | Should -Throw '*the report is about none*'
    }

    It 'puts the backups of an undo and their restore under the names of the databases' {
        $null = Invoke-MuedMigration @fleet
        foreach ($url in $urls) { Invoke-Sql $url 'INSERT INTO b VALUES (1)' }
        $backups = Join-Path $TestDrive 'backups'
        $undone = Undo-MuedMigration @fleet -Force -BackupPath "$backups/{database}"
        $undone.Backup.Path | Sort-Object | Should -Be (1..4 | ForEach-Object { Join-Path $backups "${prefix}_$_" })
        $null = Invoke-MuedMigration @fleet
        $restored = Restore-MuedBackup $ServerUrl -Database "${prefix}_*" -Path "$backups/{database}"
        $restored.Status | Select-Object -Unique | Should -Be 'Succeeded'
        Undo-MuedMigration @fleet -Force -BackupPath "$backups/all" -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'TargetPathShared*'
    }

    It 'asks once before an undo, with the figures of all' {
        $null = Invoke-MuedMigration @fleet
        Invoke-Sql $urls[3] 'INSERT INTO b SELECT generate_series(1, 30)'
        Invoke-Sql $urls[2] 'INSERT INTO b SELECT generate_series(1, 3)'
        $script = "Import-Module '$ModulePath'; Undo-MuedMigration -Connection '$ServerUrl' -Database '${prefix}_*' -Path '$folder' -WhatIf"
        $told = (Invoke-Pwsh '-Command', $script).Out
        $told | Should -Match 'Undo rollback_0002_b on 4 databases \(.*Table public\.b goes, with 33 rows'
        [regex]::Matches($told, 'What if').Count | Should -Be 1
        Get-Applied | Should -Be 2, 2, 2, 2
        $backups = New-Item -ItemType Directory (Join-Path $TestDrive 'asked')
        Push-Location $backups
        try { $undone = Undo-MuedMigration @fleet -Confirm:$false } finally { Pop-Location }
        $undone.Status | Select-Object -Unique | Should -Be 'Succeeded'
        @(Get-ChildItem $backups).Count | Should -Be 2
    }

    It 'names its database in the errors of ForEach-Object -Parallel' {
        Invoke-Sql $urls[1] 'CREATE TABLE b (other int)'
        $errors = $urls | ForEach-Object -ThrottleLimit 4 -Parallel {
            Import-Module $using:ModulePath
            $null = Invoke-MuedMigration $_ -Path $using:folder -ErrorVariable failure -ErrorAction SilentlyContinue
            foreach ($one in $failure) { "$one" }
        }
        @($errors) | Should -HaveCount 1
        $errors | Should -Match "${prefix}_2.*0002_b"
        Import-MuedHistory $urls[2] -Path $folder -ErrorVariable none -ErrorAction SilentlyContinue
        "$($none[0])" | Should -Match "${prefix}_3: No table here"
    }

    It 'keeps the reports of ForEach-Object -Parallel apart, <Name>, and writes over them when it is done again' -ForEach @(
        @{ Name = 'side by side'; Limit = 4 }
        @{ Name = 'one after the other'; Limit = 1 }
    ) {
        $out = New-Item -ItemType Directory (Join-Path $TestDrive "parallel$Limit")
        $loop = {
            $urls | ForEach-Object -ThrottleLimit $Limit -Parallel {
                Import-Module $using:ModulePath
                $null = Invoke-MuedMigration $_ -Path $using:folder -ReportPath "$using:out/r.json" 3>&1
            }
        }
        & $loop
        $reports = Get-ChildItem $out | Get-Content -Raw | ForEach-Object { $_ | ConvertFrom-Json }
        ($reports.target | Sort-Object) -replace '.*/' | Should -Be (1..4 | ForEach-Object { "${prefix}_$_" })
        $named = (Get-ChildItem $out -Exclude r.json).BaseName
        $named | Should -HaveCount 3
        $named | Should -Match "^r-.*-${prefix}_\d$"
        & $loop
        $again = Get-ChildItem $out | Get-Content -Raw | ForEach-Object { $_ | ConvertFrom-Json }
        $again.status | Should -Be (@('NothingToDo') * 4)
        $null = Invoke-MuedMigration $urls[0] -Path $folder -ReportPath "$out/r.json" -WarningVariable elsewhere
        $null = Invoke-MuedMigration $urls[1] -Path $folder -ReportPath "$out/r.json" -WarningVariable +elsewhere
        $elsewhere | Should -HaveCount 0
        (Get-Content "$out/r.json" -Raw | ConvertFrom-Json).target | Should -BeLike "*/${prefix}_2"
        @(Get-ChildItem $out) | Should -HaveCount 4
        & $loop
        Remove-Item "$out/*"
        $null = $urls[3] | ForEach-Object -Parallel {
            Import-Module $using:ModulePath
            Invoke-MuedMigration $_ -Path $using:folder -ReportPath "$using:out/r.json"
        }
        (Get-ChildItem $out).Name | Should -Be 'r.json'
    }

    It 'ends those at work when it is stopped, begins no other, and keeps the report' {
        $slow = New-MigrationFolder @{ '0001_a.sql' = 'CREATE TABLE a (id int);'; '0002_sleep.sql' = 'SELECT pg_sleep(300);' }
        $asleep = "SELECT count(*)::int FROM pg_stat_activity WHERE datname LIKE '$prefix%' AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()"
        $report = Join-Path $TestDrive 'stopped.json'
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$ModulePath'; Invoke-MuedMigration -Connection '$ServerUrl' -Database '${prefix}_*' -Path '$slow' -ThrottleLimit 2 -ReportPath '$report'")
        $null = $shell.BeginInvoke()
        Wait-Until { (Invoke-Sql $ServerUrl $asleep) -eq 2 }
        $shell.Stop()
        Invoke-Sql $ServerUrl $asleep | Should -Be 0
        $kept = Get-Content $report -Raw | ConvertFrom-Json
        $kept.failed, $kept.notRun | Should -Be 2, 2
        $shell.Dispose()
    }
}
