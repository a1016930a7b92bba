BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $database = New-TestDatabase -Base
}

AfterAll { Remove-TestDatabase $database }

Describe 'A session that visits many databases' {
    It 'keeps nothing of <name>' -ForEach @(
        @{ name = 'those that it reached'; calls = 'Test-MuedConnection $url; Get-MuedMigration $url' }
        @{ name = 'those that it has worked on'; calls = 'Invoke-MuedMigration $url -Phase2' }
        @{ name = 'those that it did not reach'; calls = 'Test-MuedConnection "host=127.0.0.1 port=1 dbname=d$i" -ErrorAction Ignore' }
    ) {
        # PowerShell itself keeps a little of each call; one database took 200 kB.
        $script = "
            Import-Module '$ModulePath'
            `$url = '$database'
            function Visit(`$count) { foreach (`$i in 1..`$count) { `$null = & { $calls } } }
            function Measure-Memory { [GC]::Collect(); [GC]::WaitForPendingFinalizers(); [GC]::GetTotalMemory(`$true) }
            Visit 10
            `$before = Measure-Memory
            Visit 40
            [int](((Measure-Memory) - `$before) / 40 / 1kB)"
        $run = Invoke-Pwsh '-Command', $script
        $run.Err | Should -BeNullOrEmpty
        [int] $run.Out.Trim() | Should -BeLessThan 20
    }
}
