BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $database = New-TestDatabase -Base
    $null = Invoke-MuedMigration $database
}

AfterAll { Remove-TestDatabase $database }

Describe 'Test-MuedHealth' {
    It 'passes on Phase 2, and is what the next day is held against' {
        $yesterday = Join-Path $TestDrive 'yesterday.json'
        $report = Test-MuedHealth $database -ReportPath $yesterday
        $report.Success | Should -BeTrue
        ($report.Checks | Where-Object Status -EQ Warning).Name | Should -Be DuplicateIndexes
        $today = Test-MuedHealth $database -Since $yesterday
        $today.Size.Since | Should -Be $report.StartedAt
        ($today.Checks | Where-Object Name -EQ Growth).Value | Should -Not -BeNullOrEmpty
    }

    It 'takes limits from a hashtable and from a file' {
        $limits = Join-Path $TestDrive 'limits.json'
        Set-Content $limits '{ "connections": 0.1 }'
        (Test-MuedHealth $database -Limit $limits).Success | Should -BeFalse
        ((Test-MuedHealth $database -Limit @{ Connections = 0.1 }).Checks | Where-Object Status -EQ Failed).Name | Should -Be Connections
        { Test-MuedHealth $database -Limit @{ speed = 1 } -ErrorAction Stop } | Should -Throw -ErrorId 'LimitUnknown,*'
    }

    It 'shows tables that fit' {
        $report = Test-MuedHealth $database
        $report | Out-String -Width 80 | Should -Match 'Passed +Connections'
        $report.Checks | Out-String -Width 80 | Should -Match '(?m)^DuplicateIndexes +Warning +1: public\.idx_plugin_name'
    }
}
