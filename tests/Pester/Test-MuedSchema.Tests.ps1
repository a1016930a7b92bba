BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $database = New-TestDatabase -Base
    $null = Invoke-MuedMigration $database
}

AfterAll { Remove-TestDatabase $database }

Describe 'Test-MuedSchema' {
    It 'passes on a complete Phase 2' {
        $report = Test-MuedSchema $database
        $report.Passed | Should -BeTrue
        $report.Checks.Count | Should -BeGreaterThan 100
        $report.Tables | Should -BeNullOrEmpty
    }

    It 'counts rows and measures tables with -IncludeData' {
        (Test-MuedSchema $database -IncludeData).Tables.Where{ $_.Table -like '*plugin_registry' }.Rows | Should -Be 2
    }

    It 'gives a Boolean with -Quiet' {
        Test-MuedSchema $database -Quiet | Should -BeTrue
    }

    It 'fails on what differs, with the report, an error and the mending statement' {
        Invoke-Sql $database 'DROP INDEX idx_provenance_source'
        try {
            $report = Test-MuedSchema $database -ErrorVariable failure -ErrorAction SilentlyContinue
            $report.Passed | Should -BeFalse
            $check = $report.Checks.Where{ $_.Failed }[0]
            $check.Status | Should -Be 'Missing'
            $check.SuggestedSql | Should -Match 'CREATE INDEX.*idx_provenance_source'
            $failure.Count | Should -Be 1
            $failure[0].FullyQualifiedErrorId | Should -BeLike 'SchemaCheckFailed,*'
            $failure[0].CategoryInfo.Category | Should -Be 'InvalidResult'
            $failure[0].TargetObject.Passed | Should -BeFalse
            Test-MuedSchema $database -Quiet -ErrorVariable quiet | Should -BeFalse
            $quiet | Should -BeNullOrEmpty
        }
        finally { Invoke-Sql $database 'CREATE INDEX idx_provenance_source ON provenance (source_uri)' }
    }

    It 'is stricter with -Strict' {
        Invoke-Sql $database 'ALTER TABLE provenance ADD COLUMN something_else int'
        try {
            Test-MuedSchema $database -Quiet | Should -BeTrue
            Test-MuedSchema $database -Quiet -Strict | Should -BeFalse
        }
        finally { Invoke-Sql $database 'ALTER TABLE provenance DROP COLUMN something_else' }
    }

    It 'says where an expected schema is wrong' {
        Set-Content TestDrive:/broken.json '{ "formatVersion": }'
        Test-MuedSchema $database -SchemaFile TestDrive:/broken.json -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
        $failure[0].ToString() | Should -Match 'broken\.json'
    }
}
