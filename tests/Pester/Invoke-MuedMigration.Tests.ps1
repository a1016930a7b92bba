BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $databases = [System.Collections.Generic.List[string]]::new()
    function New-Database([switch] $Base) {
        $url = New-TestDatabase -Base:$Base
        $databases.Add($url)
        $url
    }
}

AfterAll { Remove-TestDatabase $databases }

Describe 'Invoke-MuedMigration' {
    It 'warns of what the server warns of, under the name of the migration' {
        $folder = New-MigrationFolder @{ '1_talk.sql' = "DO `$`$ BEGIN RAISE NOTICE 'n'; RAISE WARNING 'take care'; END `$`$;" }
        $null = Invoke-MuedMigration (New-Database) -Path $folder -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -BeExactly '1_talk: take care'
    }

    It 'applies Phase 2, and the second time nothing' {
        $database = New-Database -Base
        $first = Invoke-MuedMigration $database
        $first.Status | Should -Be 'Succeeded'
        $first.Migrations.Status | Should -Be 'Applied', 'Applied', 'Applied'
        $first.Verification.Passed | Should -BeTrue
        (Invoke-MuedMigration $database).Status | Should -Be 'NothingToDo'
    }

    It 'names the pending migrations with -WhatIf and applies none' {
        $database = New-Database -Base
        Invoke-MuedMigration $database -WhatIf | Should -BeNullOrEmpty
        $WhatIfPreference = $true
        Invoke-MuedMigration $database | Should -BeNullOrEmpty
        $WhatIfPreference = $false
        (Get-MuedMigration $database).State | Should -Be 'Pending', 'Pending', 'Pending'
    }

    It 'says with -WhatIf what the run would do, refusals included' {
        $database = New-Database
        $null = Invoke-MuedMigration $database -Path (New-MigrationFolder @{ '2_b.sql' = 'SELECT 2' })
        $folder = New-MigrationFolder @{ '1_a.sql' = 'SELECT 1'; '2_b.sql' = 'SELECT 2'; '3_c.sql' = 'SELECT 3'; '4_d.sql' = 'SELECT 4' }
        $script = @"
Import-Module '$ModulePath'; `$all = @{ Connection = '$database'; Path = '$folder'; WhatIf = `$true }
'target'; Invoke-MuedMigration @all -AllowOutOfOrder -Target 3
'baseline'; Invoke-MuedMigration @all -Baseline 3 -AllowOutOfOrder
'reapply'; Invoke-MuedMigration @all -Reapply -AllowOutOfOrder -Target 2
'order'; try { Invoke-MuedMigration @all -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId }
'unknown'; try { Invoke-MuedMigration @all -Target 9999 -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId }
"@
        $result = Invoke-Pwsh '-Command', $script
        $result.Err | Should -BeNullOrEmpty
        $said = $result.Out -replace 'What if: Performing the operation "(.*?)" on target ".*?"\.', '$1' -replace '\s+', ' '
        $said.Trim() | Should -Be ('target Apply 1_a (1 statement) Apply 3_c (1 statement) ' +
            'baseline Record 1_a as applied without running it Record 3_c as applied without running it Apply 4_d (1 statement) ' +
            'reapply Apply 1_a (1 statement) Apply 2_b again (1 statement) ' +
            'order MigrationOutOfOrder,Mued.PsDb.Commands.InvokeMuedMigrationCommand unknown VersionUnknown,Mued.PsDb.Commands.InvokeMuedMigrationCommand')
        (Get-MuedMigration $database -Path $folder).State | Should -Be 'Pending', 'Applied', 'Pending', 'Pending'
    }

    It 'refuses with -WhatIf what the run refuses: <_>' -ForEach 'MigrationChanged', 'BaseTableMissing' {
        $database = New-Database
        $all = @{ Connection = $database }
        if ($_ -eq 'MigrationChanged') {
            $all.Path = New-MigrationFolder @{ '1_a.sql' = 'SELECT 1' }
            $null = Invoke-MuedMigration @all
            Set-Content (Join-Path $all.Path '1_a.sql') 'SELECT 2'
        }
        { Invoke-MuedMigration @all -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId "$_,*"
        { Invoke-MuedMigration @all -WhatIf -ReportPath TestDrive:/refused.json -ErrorAction Stop } | Should -Throw -ErrorId "$_,*"
        { Invoke-MuedMigration @all -ErrorAction Stop } | Should -Throw -ErrorId "$_,*"
        (Get-Content TestDrive:/refused.json -Raw | ConvertFrom-Json).error.errorId | Should -Be $_
        { Invoke-MuedMigration @all -Plan TestDrive:/refused.json -ErrorAction Stop } | Should -Throw '*is not a plan that can be run*'
    }

    Context 'A plan' {
        BeforeEach {
            $folder = New-MigrationFolder @{ '1_a.sql' = 'ALTER TABLE t ADD note text'; '2_b.sql' = 'CREATE TABLE b (id int)' }
            $all = @{ Connection = New-Database; Path = $folder }
            $null = Invoke-Sql $all.Connection 'CREATE TABLE t (id int); SELECT 1'
            $file = Join-Path $TestDrive "$([guid]::NewGuid().ToString('N')).json"
            function States { (Get-MuedMigration @all).State -join ' ' }
        }

        It 'is written for an approver in each format, and changes nothing' {
            foreach ($ending in 'json', 'md', 'html') {
                $plan = Invoke-MuedMigration @all -Target 1 -WhatIf -ReportPath "TestDrive:/plan.$ending"
                $plan.Status, [string] $plan.Migrations[0].Action | Should -Be 'Planned', 'Apply'
                $text = Get-Content "TestDrive:/plan.$ending" -Raw
                foreach ($part in 'ALTER TABLE t ADD note text', $plan.Checksum, 'AccessExclusiveLock', $plan.Migrations[0].TextChecksum, '2_b') {
                    $text -replace '\\|<wbr>' | Should -Match ([regex]::Escape($part)) -Because "$ending holds it"
                }
            }
            States | Should -Be 'Pending Pending'
        }

        It 'is run, and nothing else' {
            $null = Invoke-MuedMigration @all -Target 1 -WhatIf -ReportPath $file
            { Invoke-MuedMigration @all -Plan $file -Target 2 -ErrorAction Stop } | Should -Throw -ErrorId 'PlanHoldsSwitch,*'
            Invoke-MuedMigration @all -Plan $file -WhatIf | Should -BeNullOrEmpty
            $report = Invoke-MuedMigration $all.Connection -Plan $file
            $report.Migrations.Status | Should -Be 'Applied', 'Pending'
            $report.Plan | Should -Be (Get-Content $file -Raw | ConvertFrom-Json).checksum
        }

        It 'is refused where it does not hold any more, and nothing is executed' {
            $null = Invoke-MuedMigration @all -WhatIf -ReportPath $file
            Set-Content TestDrive:/urls.txt $all.Connection
            foreach ($many in { $all.Connection, (New-Database) | Invoke-MuedMigration @plan },
                { $all.Connection, 'postgresql://:::' | Invoke-MuedMigration @plan },
                { Invoke-MuedMigration -ConnectionFile TestDrive:/urls.txt @plan }) {
                $plan = @{ Plan = $file; ErrorVariable = 'failure'; ErrorAction = 'SilentlyContinue' }
                . $many | Should -BeNullOrEmpty
                $failure[-1].FullyQualifiedErrorId | Should -BeLike 'PlanForMany,*' -Because "$many"
                States | Should -Be 'Pending Pending' -Because "$many"
            }
            $null = Invoke-Sql $all.Connection 'ALTER TABLE t ADD extra int; SELECT 1'
            Invoke-MuedMigration @all -Plan $file -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            $failure[0].FullyQualifiedErrorId | Should -BeLike 'PlanOutdated,*'
            [int] $failure[0].Exception.ExitCode | Should -Be 2
            "$($failure[0])" | Should -Match 'column public\.t\.extra is new'
            { Invoke-MuedMigration (New-Database) -Path $folder -Plan $file -ErrorAction Stop } | Should -Throw -ErrorId 'PlanOfOtherDatabase,*'
            Set-Content $file (Get-Content $file -Raw).Replace('"Apply"', '"Skip"')
            { Invoke-MuedMigration @all -Plan $file -ErrorAction Stop } | Should -Throw -ErrorId 'PlanInvalid,*'
            States | Should -Be 'Pending Pending'
        }

        It 'has the findings of the migration test where they are asked for' {
            Set-Content (Join-Path $folder '1_a.sql') 'ALTER TABLE t RENAME TO v'
            (Invoke-MuedMigration @all -WhatIf -TestMigration).Findings.Migration | Should -Contain '1_a'
            { Invoke-MuedMigration @all -TestMigration -ErrorAction Stop } | Should -Throw -ErrorId 'TestWithoutPlan,*'
            States | Should -Be 'Pending Pending'
        }
    }

    It 'rehearses with -DryRun' {
        $database = New-Database -Base
        (Invoke-MuedMigration $database -DryRun).Status | Should -Be 'DryRun'
        (Get-MuedMigration $database).State | Should -Be 'Pending', 'Pending', 'Pending'
    }

    It 'stops at -Target' {
        $database = New-Database -Base
        (Invoke-MuedMigration $database -Target 0006).Migrations.Status | Should -Be 'Applied', 'Pending', 'Pending'
    }

    It 'gives the report and an error that names file, line and column' {
        $database = New-Database
        $folder = New-MigrationFolder @{ '1_good.sql' = 'CREATE TABLE good (id int);'; '2_bad.sql' = "-- a comment`nSELECT 1;`n  CREATE TABEL bad (id int);"; '3_never.sql' = 'SELECT 1' }
        $report = Invoke-MuedMigration $database -Path $folder -ErrorVariable failure -ErrorAction SilentlyContinue
        $report.Status | Should -Be 'Failed'
        $report.Migrations.Status | Should -Be 'Applied', 'Failed', 'Pending'
        $failure.Count | Should -Be 1
        $error = $failure[0].Exception
        $error.SqlState | Should -Be '42601'
        $error.File | Should -Be (Join-Path $folder '2_bad.sql')
        $error.Line | Should -Be 3
        $error.Column | Should -Be 10
        $failure[0].CategoryInfo.Category | Should -Be 'SyntaxError'
        $failure[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        ([string] $failure[0]).Split("`n")[0] | Should -Match '2_bad.*\(2_bad\.sql:3:10\)'
    }

    It 'takes the databases of a pipeline and reports each' {
        $good = New-Database -Base
        $other = New-Database -Base
        $list = Join-Path $TestDrive 'urls.txt'
        Set-Content $list $good, ($good -replace 'mued_pester_', 'no_such_'), '', $other
        $reports = Get-Content $list | Invoke-MuedMigration -ErrorVariable failure -ErrorAction SilentlyContinue
        $reports.Where{ $_.Status -eq 'Succeeded' }.Count | Should -Be 2
        $failure.Count | Should -Be 1
    }

    It 'stops at the first failure with -ErrorAction Stop' {
        $good = New-Database -Base
        { ($good -replace 'mued_pester_', 'no_such_'), $good | Invoke-MuedMigration -ThrottleLimit 1 -ErrorAction Stop } | Should -Throw
        (Get-MuedMigration $good).State | Should -Not -Contain 'Applied'
    }

    It 'takes a number as seconds, and a time with its unit, for <_>' -ForEach 'LockTimeout', 'MaxBlocking', 'RetryTime', 'WaitTimeout', 'StatementTimeout' {
        $database = New-Database
        $folder = New-MigrationFolder @{ '1_sleep.sql' = 'SELECT pg_sleep(0.05);' }
        $more = @{ $_ = 60 }
        (Invoke-MuedMigration $database -Path $folder @more).Status | Should -Be 'Succeeded'
        foreach ($time in '00:01:00', '1min', '60000ms') {
            $more = @{ $_ = $time }
            (Invoke-MuedMigration $database -Path $folder @more).Status | Should -Be 'NothingToDo'
        }
        $duration = (Get-Command Invoke-MuedMigration).Parameters[$_].Attributes.Where({ $_.GetType().Name -eq 'DurationAttribute' }, 'First')[0]
        $duration.Transform($null, '2592000') | Should -Be ([timespan]::FromDays(30))
    }

    It 'ends a statement that outlives -StatementTimeout' {
        $database = New-Database
        $folder = New-MigrationFolder @{ '1_sleep.sql' = 'SELECT pg_sleep(600);' }
        $null = Invoke-MuedMigration $database -Path $folder -StatementTimeout 0.2 -MaxAttempts 1 -ErrorVariable failure -ErrorAction SilentlyContinue
        $failure[0].Exception.SqlState | Should -Be '57014'
        $failure[0].CategoryInfo.Category | Should -Be 'OperationTimeout'
    }

    It 'writes the report to a file of each format' {
        $database = New-Database -Base
        foreach ($ending in 'json', 'xml', 'md', 'html') {
            $null = Invoke-MuedMigration $database -ReportPath "TestDrive:/report.$ending"
        }
        (Get-Content TestDrive:/report.json -Raw | ConvertFrom-Json).status | Should -Be 'Succeeded'
        ([xml] (Get-Content TestDrive:/report.xml -Raw)).DocumentElement.get_Name() | Should -BeLike 'testsuite*'
        Get-Content TestDrive:/report.md -Raw | Should -Match 'NothingToDo'
        Get-Content TestDrive:/report.html -Raw | Should -Match '<html'
    }

    It 'puts the record out although its file cannot be written any more' {
        $database = New-Database -Base
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive gone)
        $report = & { Remove-Item $folder; $database } | Invoke-MuedMigration -ReportPath "$folder/run.json" -ErrorVariable failure -ErrorAction SilentlyContinue
        $report.Status | Should -Be 'Succeeded'
        $failure[0].Exception.ErrorId | Should -Be 'ReportUnwritten'
        [int] $failure[0].Exception.ExitCode | Should -Be 5
    }

    It 'leaves its error in the report file where it ended before there was a report: <Name>' -ForEach @(
        @{ Name = 'no such database'; Id = '3D000'; More = { @{ Connection = $database -replace 'mued_pester_.*', 'no_such' } } }
        @{ Name = 'no such database, with a file of its own'; Id = '3D000'; More = { @{ Connection = $database -replace 'mued_pester_.*', 'run'; ReportPath = 'TestDrive:/{database}.json' } } }
        @{ Name = 'no connection'; Id = 'ConnectionEmpty'; More = { @{ Connection = '' } } }
        @{ Name = 'no such file of connections'; Id = 'ConnectionFile*'; More = { @{ ConnectionFile = 'TestDrive:/none.txt' } } }
        @{ Name = 'no such plan'; Id = 'PlanUnreadable'; More = { @{ Connection = $database; Plan = 'TestDrive:/none.json' } } }
        @{ Name = 'a plan that is refused'; Id = 'VersionUnknown'; More = { @{ Connection = $database; Target = '9999'; WhatIf = $true } } }
        @{ Name = 'no such server'; Id = 'Connection*'; More = { @{ Connection = 'postgresql://nobody@127.0.0.1:1/none'; Database = '*' } } }
    ) {
        $database = New-Database -Base
        $arguments = @{ ReportPath = 'TestDrive:/run.json'; ErrorAction = 'Stop' }
        $given = & $More
        foreach ($key in $given.Keys) { $arguments[$key] = $given[$key] }
        Set-Content TestDrive:/run.json '{ "status": "Succeeded" }'
        { Invoke-MuedMigration @arguments } | Should -Throw -ErrorId ($Id -eq '3D000' ? '*' : "$Id,*")
        $kept = Get-Content TestDrive:/run.json -Raw | ConvertFrom-Json
        $kept.status, $kept.success | Should -Be 'Failed', $false
        "$($kept.error.sqlState) $($kept.error.errorId)" | Should -BeLike "*$Id*"
    }

    It 'refuses a report format that it does not know before it runs anything' {
        $database = New-Database -Base
        { Invoke-MuedMigration $database -ReportPath TestDrive:/report.doc } | Should -Throw -ErrorId 'UnknownReportFormat,*'
        (Get-MuedMigration $database).State | Should -Not -Contain 'Applied'
    }

    It 'shows steps with -Verbose, statements with -Debug, and progress when asked' {
        $folder = New-MigrationFolder @{ '1_a.sql' = 'SELECT 1; SELECT 2;'; '2_b.sql' = 'SELECT 3; SELECT pg_sleep(3); SELECT 4' }
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddCommand('Import-Module').AddArgument($ModulePath).AddStatement().AddCommand('Invoke-MuedMigration').
                AddParameter('Connection', (New-Database)).AddParameter('Path', $folder).
                AddParameter('Verbose').AddParameter('Debug').AddParameter('ProgressAction', 'Continue').Invoke()
            ($shell.Streams.Verbose.Message -join "`n") | Should -Match '1_a'
            $shell.Streams.Debug.Count | Should -BeGreaterThan 0
            $shell.Streams.Progress.Count | Should -BeGreaterThan 1
            $shell.Streams.Progress[-1].RecordType | Should -Be 'Completed'

            # The total and the time come first, for a narrow screen cuts off the end; the bar fills within a file, and the clock goes on.
            $inside = $shell.Streams.Progress.Where{ $_.StatusDescription -match '^3/5  \d+:\d\d  Applying 2_b, statement 2 of 3$' }
            $inside.PercentComplete | Sort-Object -Unique | Should -Be 60
            @($inside.StatusDescription | Sort-Object -Unique).Count | Should -BeGreaterThan 1
        }
        finally { $shell.Dispose() }
    }

    It 'cancels the statement on the server when it is stopped' {
        $database = New-Database
        $folder = New-MigrationFolder @{ '1_sleep.sql' = 'CREATE TABLE half (id int); SELECT pg_sleep(600);' }
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddCommand('Import-Module').AddArgument($ModulePath).AddStatement().AddCommand('Invoke-MuedMigration').
                AddParameter('Connection', $database).AddParameter('Path', $folder)
            $run = $shell.BeginInvoke()
            $working = "SELECT count(*) FROM pg_stat_activity WHERE datname = '$(([uri] $database).AbsolutePath.TrimStart('/'))' AND query LIKE '%pg_sleep%' AND state = 'active' AND pid <> pg_backend_pid()"
            Wait-Until { (Invoke-Sql $ServerUrl $working) -gt 0 }
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $stopped = $clock.Elapsed
            Wait-Until { (Invoke-Sql $ServerUrl $working) -eq 0 }
            Write-Host "    Stopped after $($stopped.TotalMilliseconds.ToString('0')) ms, gone from the server after $($clock.Elapsed.TotalMilliseconds.ToString('0')) ms."
            Invoke-Sql $database "SELECT to_regclass('half') IS NULL" | Should -BeTrue
        }
        finally { $shell.Dispose() }
    }

    It 'finds a baseline by the schema, tells it with -WhatIf, and records it with -Force' {
        $database = New-Database
        $null = Invoke-Sql $database 'CREATE TABLE a (id int); SELECT 1'
        $folder = New-MigrationFolder @{ '1_a.sql' = 'CREATE TABLE a (id int)'; '2_b.sql' = 'CREATE TABLE b (id int)' }
        $result = Invoke-Pwsh '-NonInteractive', '-Command', "Import-Module '$ModulePath'; `$all = @{ Connection = '$database'; Path = '$folder'; Baseline = 'Auto' }
            Invoke-MuedMigration @all -WhatIf; Invoke-MuedMigration @all -ErrorVariable e -ErrorAction SilentlyContinue; `$e[0].FullyQualifiedErrorId"
        $result.Out | Should -Match 'What if: .*up to 1_a: it agrees in every one of .* facts?\.'
        $result.Out | Should -Match 'What if: .*Next comes 2_b, where table public.b is missing'
        $result.Out | Should -Match 'Record 1_a as applied without running it'
        $result.Out | Should -Match 'BaselineUnconfirmed,'
        Invoke-Sql $database "SELECT to_regclass('mued_schema_history') IS NULL" | Should -BeTrue

        $report = Invoke-MuedMigration $database -Path $folder -Baseline Auto -Force
        $report.Migrations.Status | Should -Be 'Skipped', 'Applied'
        $report.Baseline.Migration | Should -Be '1_a'
    }

    It 'binds the properties of objects that come down the pipeline' {
        $database = New-Database -Base
        $rows = "Url,Team`n$database,blue" | ConvertFrom-Csv
        ($rows | Invoke-MuedMigration).Status | Should -Be 'Succeeded'
    }
}
