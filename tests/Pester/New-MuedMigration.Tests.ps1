BeforeAll { . $PSScriptRoot/Setup.ps1 }

Describe 'New-MuedMigration' {
    BeforeEach { Push-Location (New-Item (Join-Path $TestDrive ([guid]::NewGuid())) -ItemType Directory) }

    AfterEach { Pop-Location }

    It 'writes a migration and what takes it back, and gives the files' {
        $files = New-MuedMigration 'add tenant'
        $files | Should -BeOfType System.IO.FileInfo
        $files.Name | Should -Be '0001_add_tenant.sql', 'rollback_0001_add_tenant.sql'
        $files[0].Directory.Name | Should -Be 'migrations'
        ($files | Get-Content -TotalCount 1) | Should -Match '0001_add_tenant'
        (New-MuedMigration more).Name | Should -Be '0002_more.sql', 'rollback_0002_more.sql'
        (New-MuedMigration dated -Timestamp)[0].Name | Should -Match '^20\d{12}_dated\.sql$'
    }

    It 'writes nothing with -WhatIf' {
        New-MuedMigration add -WhatIf | Should -BeNullOrEmpty
        Get-ChildItem | Should -BeNullOrEmpty
    }

    It 'takes the folder and the layout of mued.json' {
        $null = New-Item db -ItemType Directory
        Set-Content mued.json '{ "path": "db", "layout": "flyway" }'
        (New-MuedMigration add).Name | Should -Be 'V1__add.sql', 'U1__add.sql'
    }

    It 'refuses what another tool writes' {
        New-MuedMigration add -Layout Prisma -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'NewByTool,*'
    }
}
