BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $database = New-TestDatabase -Base
    $uri = [UriBuilder] $database
    $role = $uri.Path.TrimStart('/') + '_reader'
    Invoke-Sql $ServerUrl "CREATE ROLE $role LOGIN PASSWORD 'reader'"
    $uri.UserName, $uri.Password = $role, 'reader'
    $reader = $uri.Uri.AbsoluteUri

    function Get-Failure([scriptblock] $Script) {
        $failures = @()
        $null = & $Script -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures[0]
    }
}

AfterAll {
    Remove-TestDatabase $database
    Invoke-Sql $ServerUrl "DROP ROLE IF EXISTS $role"
}

Describe 'Errors' {
    It 'of <Name> have an id, the category <Category>, a target and an advice' -ForEach @(
        @{ Name = 'a malformed connection'; Category = 'InvalidArgument'; Call = { [CmdletBinding()] param() Test-MuedConnection 'postgresql://:::' } }
        @{ Name = 'an unknown parameter of the URI'; Category = 'InvalidArgument'; Call = { [CmdletBinding()] param() Test-MuedConnection 'postgresql://h/d?nonsense=1' } }
        @{ Name = 'a refused connection'; Category = 'ConnectionError'; Call = { [CmdletBinding()] param() Test-MuedConnection 'postgresql://u@127.0.0.1:1/d' } }
        @{ Name = 'a missing folder'; Category = 'InvalidArgument'; Call = { [CmdletBinding()] param() Invoke-MuedMigration $database -Path "$TestDrive/none" } }
        @{ Name = 'duplicate versions'; Category = 'InvalidArgument'; Call = { [CmdletBinding()] param() Invoke-MuedMigration $database -Path (New-MigrationFolder @{ '1_a.sql' = 'SELECT 1'; '01_b.sql' = 'SELECT 1' }) } }
        @{ Name = 'a syntax error'; Category = 'SyntaxError'; Call = { [CmdletBinding()] param() Invoke-MuedMigration $database -HistoryTable public.e1 -Path (New-MigrationFolder @{ '1_a.sql' = 'SELEC 1' }) } }
        @{ Name = 'a relation that exists'; Category = 'ResourceExists'; Call = { [CmdletBinding()] param() Invoke-MuedMigration $database -HistoryTable public.e2 -Path (New-MigrationFolder @{ '1_a.sql' = 'CREATE TABLE users (id int)' }) } }
        @{ Name = 'a missing relation'; Category = 'ObjectNotFound'; Call = { [CmdletBinding()] param() Invoke-MuedMigration $database -HistoryTable public.e3 -Path (New-MigrationFolder @{ '1_a.sql' = 'ALTER TABLE nothing_here ADD x int' }) } }
        @{ Name = 'a foreign key violation'; Category = 'InvalidData'; Call = { [CmdletBinding()] param() Invoke-MuedMigration $database -HistoryTable public.e4 -Path (New-MigrationFolder @{ '1_a.sql' = "INSERT INTO materials (id, creator_id, title) VALUES (gen_random_uuid(), gen_random_uuid(), 't')" }) } }
        @{ Name = 'a lack of rights'; Category = 'PermissionDenied'; Call = { [CmdletBinding()] param() Invoke-MuedMigration $reader } }
    ) {
        $failure = Get-Failure $Call
        $failure.FullyQualifiedErrorId | Should -Match '^[A-Z][A-Za-z0-9]+,Mued\.PsDb\.Commands\.\w+Command$'
        $failure.CategoryInfo.Category | Should -Be $Category
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $failure.Exception.Message.Split("`n")[0].Length | Should -BeGreaterThan 15
        $failure.TargetObject | Should -Not -BeNullOrEmpty
    }

    It 'say that no connection was given' {
        $saved = @{}
        foreach ($name in 'DATABASE_URL', 'PGHOST', 'PGDATABASE', 'PGSERVICE') { $saved[$name] = [Environment]::GetEnvironmentVariable($name); Set-Item "env:$name" $null }
        Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive 'empty'))
        try { (Get-Failure { [CmdletBinding()] param() Test-MuedConnection }).FullyQualifiedErrorId | Should -BeLike 'NoConnectionGiven,*' }
        finally {
            Pop-Location
            foreach ($name in $saved.Keys) { Set-Item "env:$name" $saved[$name] }
        }
    }

    It 'refuse an explicit connection that is empty, rather than take another database' {
        Set-Content (Join-Path $TestDrive '.env') "DATABASE_URL=$database"
        Push-Location $TestDrive
        try { { Test-MuedConnection -Connection '' } | Should -Throw } finally { Pop-Location }
    }

    It 'refuse an empty value of any parameter, for it may be a variable that is not set' {
        $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
        $tried = foreach ($command in Get-Command -Module Mued.PsDb -CommandType Cmdlet) {
            foreach ($parameter in $command.Parameters.Values | Where-Object { $_.ParameterType -in [string], [string[]] -and $_.Name -notin $common }) {
                if ($parameter.Name -eq 'Connection') { continue }
                foreach ($empty in '', $null) {
                    $arguments = @{ Connection = $database; $parameter.Name = $empty }
                    $failure = { & $command @arguments } | Should -Throw -PassThru
                    $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError*'
                }
                "$command -$($parameter.Name)"
            }
        }
        $tried.Count | Should -BeGreaterThan 15
    }

    It 'exclude what excludes each other: <Name> <First> with <Others>, which completion does not propose then' -ForEach @(
        @{ Name = 'Undo-MuedMigration'; First = '-BackupPath ./b'; Others = '-NoBackup' }
        @{ Name = 'Undo-MuedMigration'; First = '-NoBackup'; Others = '-BackupPath ./b' }
        @{ Name = 'Test-MuedSchema'; First = '-SchemaFile ./s.json'; Others = '-Path ./m', '-Phase2', '-Layout Plain', '-Variable @{}', '-ScratchDatabase', '-BaseFile ./b.sql' }
        @{ Name = 'Export-MuedSchema'; First = '-Path ./s.json -WholeDatabase'; Others = '-Schema app', '-Table app.t' }
        @{ Name = 'Update-MuedMetric'; First = '-Date 2026-01-06'; Others = '-From 2026-01-05', '-To 2026-01-06', '-Missing' }
        @{ Name = 'Test-MuedMigration'; First = '-OnTarget'; Others = '-Base ./b.sql', '-ServerMajor 16', '-Fix ./safe' }
        @{ Name = 'Test-MuedMigration'; First = '-Fix ./safe'; Others = '-MaxBlocking 1', '-MaxRows 10', '-MaxWal 64MB' }
    ) {
        foreach ($other in $Others) {
            { Invoke-Expression "$Name $First $other" } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
        }
        $proposed = (TabExpansion2 "$Name $First -" "$Name $First -".Length).CompletionMatches.CompletionText
        $proposed | Should -Contain '-InputObject'
        foreach ($other in $Others) { $proposed | Should -Not -Contain ($other -split ' ')[0] }
    }

    It 'ask for -OnTarget where its bounds are given' {
        { Test-MuedMigration $database -MaxRows 10 } | Should -Throw -ErrorId 'MissingMandatoryParameter,*'
    }

    It 'refuse two places of one database, by <Way>' -ForEach @(
        @{ Way = 'a connection and a file'; Call = { [CmdletBinding()] param() Test-MuedConnection $database -EnvFile "$TestDrive/other.env" } }
        @{ Way = 'a record and a file'; Call = { [CmdletBinding()] param() Test-MuedConnection $database | Get-MuedMigration -EnvFile "$TestDrive/other.env" } }
    ) {
        Set-Content "$TestDrive/other.env" 'DATABASE_URL=postgresql://u@127.0.0.1:1/other'
        (Get-Failure $Call).FullyQualifiedErrorId | Should -BeLike 'ConnectionTwice,*'
    }

    It 'refuse an env file beside a file of connections' {
        Set-Content "$TestDrive/urls.txt" $database
        Set-Content "$TestDrive/other.env" 'DATABASE_URL=postgresql://u@127.0.0.1:1/other'
        { Test-MuedConnection -ConnectionFile "$TestDrive/urls.txt" -EnvFile "$TestDrive/other.env" } | Should -Throw -ErrorId 'ConnectionTwice,*'
    }

    It 'refuse a row that names a schema file and a folder, and leave the choice to what was typed' {
        $folder = New-MigrationFolder @{ '1_a.sql' = 'SELECT 1' }
        $row = [pscustomobject]@{ Connection = $database; SchemaFile = "$TestDrive/s.json"; Path = "$folder" }
        (Get-Failure { [CmdletBinding()] param() $row | Test-MuedSchema }).FullyQualifiedErrorId | Should -BeLike 'TwoExpectations,*'
        ($row | Test-MuedSchema -Path $folder -ErrorAction SilentlyContinue).Expectation | Should -Be "$folder"
        $null = Export-MuedSchema $database -Path "$TestDrive/s.json" -Schema public
        ($row | Test-MuedSchema -SchemaFile "$TestDrive/s.json").Expectation | Should -BeLike '*s.json'
    }

    It 'have the same id every time' {
        $ids = foreach ($one in 1..2) { try { $null = Test-MuedConnection 'postgresql://u@127.0.0.1:1/d' -ErrorAction Stop } catch { $_.FullyQualifiedErrorId } }
        $ids.Count | Should -Be 2
        $ids[0] | Should -Be $ids[1]
    }
}
