BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $database = New-TestDatabase -Base
    $null = Invoke-MuedMigration $database
}

AfterAll { Remove-TestDatabase $database }

Describe 'Get-MuedPlugin' {
    It 'lists by capability' {
        (Get-MuedPlugin $database).Source | Should -Be local, note
        (Get-MuedPlugin $database -Capability fetch, transform -Enabled).Source | Should -Be local
        Get-MuedPlugin $database -Capability fly | Should -BeNullOrEmpty
        Get-MuedPlugin $database | Out-String -Width 80 | Should -Match '(?m)^Local Materials +local +1\.0\.0 +True'
    }
}

Describe 'Test-MuedPlugin' {
    It 'passes what Phase 2 registers' {
        $report = Test-MuedPlugin $database
        $report.Success | Should -BeTrue
        $report.Plugins.Health | Should -Be NotAsked, NotAsked
        $report | Out-String -Width 80 | Should -Match 'Passed +Local Materials'
        ($report | Get-MuedPlugin).Count | Should -Be 2
    }

    It 'fails an endpoint that must not be asked, and asks nothing' {
        Invoke-Sql $database "UPDATE plugin_registry SET api_endpoint = 'https://169.254.169.254/', api_key_env_var = 'MUED_NO_SUCH_KEY' WHERE source = 'note' RETURNING 1" | Out-Null
        $report = Test-MuedPlugin $database
        $report.Success | Should -BeFalse
        $plugin = $report.Plugins | Where-Object { $_.Plugin.Source -eq 'note' }
        ($plugin.Checks | Where-Object Status -EQ Failed).Name | Should -Be Endpoint, Key
        $plugin.Health | Should -Be NotAsked
    }
}
