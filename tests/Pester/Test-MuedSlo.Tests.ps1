BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $database = New-TestDatabase -Base
    $null = Invoke-MuedMigration $database
    Invoke-Sql $database "INSERT INTO rag_metrics_history (date, total_queries, citation_rate, latency_p50_ms, latency_p95_ms, cost_per_answer, total_cost, average_relevance_score)
        SELECT d, 10, 75, 1200, 2500, 2.5, 25, 0.8 FROM generate_series('2026-10-01'::timestamp, '2026-10-28', '1 day') AS d RETURNING 1" | Out-Null
    $objectives = Join-Path $TestDrive 'objectives.json'
    Set-Content $objectives '{ "cost": 2, "relevance": 0.9 }'
}

AfterAll { Remove-TestDatabase $database }

Describe 'Test-MuedSlo' {
    It 'passes where all objectives are met, and draws the dashboard' {
        $page = Join-Path $TestDrive 'slo.html'
        $report = Test-MuedSlo $database -To 2026-10-28 -ReportPath $page
        $report.Success | Should -BeTrue
        $report.Objectives.Status | Should -Be (@('Passed') * 5)
        $html = Get-Content $page -Raw
        [regex]::Matches($html, '<figure>').Count | Should -Be 4
        [regex]::Matches($html, '<details>').Count | Should -BeGreaterOrEqual 4
    }

    It 'takes objectives from a hashtable and from a file' {
        ((Test-MuedSlo $database -To 2026-10-28 -Objective @{ latencyP95 = 2400.5 }).Objectives | Where-Object Status -EQ Failed).Name | Should -Be LatencyP95
        ((Test-MuedSlo $database -To 2026-10-28 -Objective $objectives).Objectives | Where-Object Status -EQ Failed).Name | Should -Be Cost, Relevance
        { Test-MuedSlo $database -Objective @{ speed = 1 } -ErrorAction Stop } | Should -Throw -ErrorId 'ObjectiveUnknown,*'
    }

    It 'fails over the budget of the month' {
        $report = Test-MuedSlo $database -To 2026-10-28 -MonthlyBudget 770
        $report.Success | Should -BeFalse
        $report.Cost.Forecast | Should -Be 775
        $report.Cost.Status | Should -Be Failed
    }

    It 'shows tables that fit' {
        Test-MuedSlo $database -To 2026-10-28 | Out-String -Width 80 | Should -Match 'Passed +Cost of 2026-10 +700.00 JPY so far'
        (Test-MuedSlo $database -To 2026-10-28).Objectives | Out-String -Width 80 | Should -Match '(?m)^CitationRate +Passed +75'
    }
}
