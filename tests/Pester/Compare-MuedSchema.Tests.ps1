BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $one = New-TestDatabase -Base
    $two = New-TestDatabase -Base
    $null = Invoke-MuedMigration $one
}

AfterAll { $one, $two | Remove-TestDatabase }

Describe 'Compare-MuedSchema' {
    It 'finds nothing between a database and its own export' {
        $null = Export-MuedSchema $one -Path TestDrive:/one.json -WholeDatabase
        $report = Compare-MuedSchema $one -Reference (Get-Item TestDrive:/one.json).FullName
        $report.Equal | Should -BeTrue
        $report.Targets[0].Statements | Should -BeNullOrEmpty
    }

    It 'gives the statements for the way there, which run' {
        $report = Compare-MuedSchema $two -Reference $one -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure[0].FullyQualifiedErrorId | Should -Match '^SchemasDiffer'
        $report.Targets[0].Proven | Should -BeTrue -Because $report.Targets[0].Remark
        foreach ($statement in $report.Targets[0].Statements) { Invoke-Sql $two $statement.Sql }
        (Compare-MuedSchema $two -Reference $one).Equal | Should -BeTrue
    }

    It 'compares files without any database' {
        $null = Export-MuedSchema $one -Path TestDrive:/a.json -Table public.provenance
        (Compare-MuedSchema -Path TestDrive:/a.json -Reference (Get-Item TestDrive:/a.json).FullName).Equal | Should -BeTrue
    }
}
