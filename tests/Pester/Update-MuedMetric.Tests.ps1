BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $database = New-TestDatabase -Base
    $null = Invoke-MuedMigration $database
    Invoke-Sql $database "INSERT INTO users (id, clerk_id, email) VALUES (gen_random_uuid(), 'a', 'a@example.org')
        RETURNING 1" | Out-Null
    Invoke-Sql $database "INSERT INTO ai_dialogue_log (user_id, session_id, query, response, model_used, created_at, citations, latency_ms, token_cost_jpy)
        SELECT id, id, 'q', 'r', 'm', '2026-01-05 15:00', '[{`"source`": `"a`"}]', 1200, 2.5 FROM users RETURNING 1" | Out-Null
}

AfterAll { Remove-TestDatabase $database }

Describe 'Update-MuedMetric' {
    It 'writes nothing with -WhatIf' {
        Update-MuedMetric $database -Date 2026-01-06 -WhatIf
        Invoke-Sql $database 'SELECT count(*) FROM rag_metrics_history' | Should -Be 0
    }

    It 'takes the day of Tokyo, whatever the time of -Date' {
        $report = Update-MuedMetric $database -Date '2026-01-06 17:00'
        $report.Status | Should -Be 'Succeeded'
        $report.Days.Status | Should -Be 'Added'
        $report.Days.Day.ToString('yyyy-MM-dd') | Should -Be '2026-01-06'
        $report.Days.Queries | Should -Be 1
        $report.Days.CitationRate | Should -Be 100
        $report.Days.LatencyMet | Should -BeTrue
        $report.Days.RelevanceMet | Should -BeNullOrEmpty
    }

    It 'finds nothing missing after that, and hands its database on' {
        $report = Update-MuedMetric $database -Missing
        $report.Days | Should -BeNullOrEmpty
        ($report | Test-MuedConnection).Success | Should -BeTrue
    }

    It 'is an error that names the day and changes nothing when the row is of another zone' {
        Update-MuedMetric $database -Date 2026-01-06 -TimeZone UTC -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'MetricsOtherZone,*'
        $failure[0].Exception.Message | Should -Match '2026-01-06.*Asia/Tokyo'
    }

    It 'shows a table that fits' {
        $text = Update-MuedMetric $database -From 2026-01-06 -To 2026-01-07 | Out-String -Width 80
        $text | Should -Match '2026-01-06'
        (Update-MuedMetric $database -Date 2026-01-06).Days | Out-String -Width 80 | Should -Match '(?m)^2026-01-06 +Unchanged +1'
    }
}
