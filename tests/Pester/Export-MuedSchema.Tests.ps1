BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $database = New-TestDatabase -Base
    $null = Invoke-MuedMigration $database
}

AfterAll { Remove-TestDatabase $database }

Describe 'Export-MuedSchema' {
    It 'writes what Test-MuedSchema takes' {
        $file = Export-MuedSchema $database -Path TestDrive:/exported.json
        $file.Name | Should -Be 'exported.json'
        Test-MuedSchema $database -SchemaFile $file.FullName -Strict -Quiet | Should -BeTrue
    }

    It 'takes only the tables that are named' {
        $null = Export-MuedSchema $database -Path "TestDrive:/new/folder/one.json" -Table public.provenance
        $text = Get-Content "TestDrive:/new/folder/one.json" -Raw
        $text | Should -Match 'provenance'
        $text | Should -Not -Match 'plugin_registry'
    }

    It 'leaves a file that is there with -NoClobber' {
        Set-Content TestDrive:/kept.json 'kept'
        { Export-MuedSchema $database -Path TestDrive:/kept.json -NoClobber -ErrorAction Stop } | Should -Throw -ErrorId 'FileThere*'
        Get-Content TestDrive:/kept.json | Should -Be 'kept'
        (Export-MuedSchema $database -Path TestDrive:/fresh.json -NoClobber).Name | Should -Be 'fresh.json'
    }

    It 'writes nothing with -WhatIf' {
        Export-MuedSchema $database -Path TestDrive:/none.json -WhatIf | Should -BeNullOrEmpty
        'TestDrive:/none.json' | Should -Not -Exist
    }
}
