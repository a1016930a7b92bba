BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $canary = "Ca;n'a%r@y p" + [char] 0x00E4 + '#ss"wo=rd'
    $database = New-TestDatabase -Base
    Invoke-Sql $ServerUrl 'DROP ROLE IF EXISTS mued_pester_canary'
    Invoke-Sql $ServerUrl "CREATE ROLE mued_pester_canary LOGIN SUPERUSER PASSWORD '$($canary.Replace("'", "''"))'"
    $uri = [uri] $database
    $place = "$($uri.Host):$($uri.Port)$($uri.AbsolutePath)"
    $name = $uri.AbsolutePath.TrimStart('/')
    $good = "postgresql://mued_pester_canary:$([uri]::EscapeDataString($canary))@$place"
    $keywords = "host=$($uri.Host) port=$($uri.Port) dbname=$name user=mued_pester_canary password='$($canary.Replace('\', '\\').Replace("'", "\'"))'"
    $npgsql = "Host=$($uri.Host);Port=$($uri.Port);Database=$name;Username=mued_pester_canary;Password=" + '"' + $canary.Replace('"', '""') + '"'
    $encoded = [uri]::EscapeDataString($canary)

    # Everything that a call leaves in this session: all streams, the errors with what they wrap, and the error variable of the session.
    function Get-Trace([scriptblock] $Script) {
        $global:Error.Clear()
        $out = try { & $Script *>&1 } catch { $_ }
        $all = foreach ($one in @($out) + @($global:Error)) {
            $one | Out-String -Width 4000
            $one | Format-List * -Force | Out-String -Width 4000
            if ($one -is [System.Management.Automation.ErrorRecord]) {
                $one.Exception.ToString()
                $one.InvocationInfo | Format-List * | Out-String -Width 4000
                for ($inner = $one.Exception; $inner; $inner = $inner.InnerException) { $inner.Message; $inner.StackTrace; $inner.Data.Values | Out-String }
            }
            elseif ($one.PSObject.Properties['InvocationInfo']) { $one.InvocationInfo | Format-List * | Out-String -Width 4000 }
            else { $one | ConvertTo-Json -Depth 6 -WarningAction Ignore }
        }
        $all -join "`n"
    }

    function Assert-Silent([string] $Text) {
        foreach ($secret in $canary, $encoded, 'Ca;n', 'wo=rd', 'Ca%3Bn') { $Text.Contains($secret) | Should -BeFalse -Because "'$secret' is of the password" }
    }
}

AfterAll {
    Remove-TestDatabase $database
    Invoke-Sql $ServerUrl 'DROP ROLE IF EXISTS mued_pester_canary'
}

Describe 'A password' {
    It 'works and shows nowhere: <Name>' -ForEach @(
        @{ Name = 'in a URI'; Given = { $good } }
        @{ Name = 'among libpq keywords'; Given = { $keywords } }
        @{ Name = 'in an Npgsql connection string'; Given = { $npgsql } }
    ) {
        $connection = & $Given
        Test-MuedConnection $connection -Quiet | Should -BeTrue
        Assert-Silent (Get-Trace { Test-MuedConnection $connection -Verbose -Debug; Invoke-MuedMigration $connection -Verbose -Debug -ReportPath "$TestDrive/canary.json"; Get-MuedMigration $connection -Verbose -Debug })
        Assert-Silent (Get-Content "$TestDrive/canary.json" -Raw)
    }

    It 'shows in no failure: <Name>' -ForEach @(
        @{ Name = 'no such database'; Given = { $good -replace $name, 'no_such_database' } }
        @{ Name = 'a refused connection'; Given = { $good -replace ":$($uri.Port)", ':1' } }
        @{ Name = 'an unknown parameter'; Given = { "$good`?nonsense=1" } }
        @{ Name = 'a malformed URI'; Given = { "postgresql://user:$canary@[broken/x" } }
        @{ Name = 'a malformed keyword list'; Given = { "$keywords ='" } }
        @{ Name = 'a wrong password'; Given = { "postgresql://mued_pester_canary:$($encoded)x@$place" } }
    ) {
        $connection = & $Given
        $trace = Get-Trace { Test-MuedConnection $connection -Verbose -Debug; Invoke-MuedMigration $connection -Verbose -Debug; $connection | Get-MuedMigration }
        $trace.Length | Should -BeGreaterThan 500
        Assert-Silent $trace
    }

    It 'shows nowhere when it comes from <Name>' -ForEach @(
        @{ Name = 'DATABASE_URL'; Environment = { @{ DATABASE_URL = $good } } }
        @{ Name = 'PGPASSWORD'; Environment = { @{ PGHOST = $uri.Host; PGPORT = "$($uri.Port)"; PGDATABASE = $name; PGUSER = 'mued_pester_canary'; PGPASSWORD = $canary } } }
    ) {
        $result = Invoke-Pwsh '-Command', "Import-Module '$ModulePath'; Test-MuedConnection -Verbose | Format-List *; Get-MuedMigration -Path ./none -ErrorAction Continue; Get-Error" -Environment (& $Environment)
        $result.Out | Should -Match 'mued_pester_canary@'
        Assert-Silent $result.Text
    }

    It 'shows nowhere when it comes from -Credential' {
        $credential = [pscredential]::new('mued_pester_canary', (ConvertTo-SecureString $canary -AsPlainText -Force))
        Test-MuedConnection "postgresql://$place" -Credential $credential -Quiet | Should -BeTrue
        Assert-Silent (Get-Trace { Invoke-MuedMigration "postgresql://$place" -Credential $credential -Verbose -Debug; Get-MuedMigration "postgresql://$place" -Credential $credential -Path ./none })
    }

    It 'that a script spells out is masked in the line that PowerShell prints, and in a transcript' {
        $file = Join-Path $TestDrive 'literal.ps1'
        Set-Content $file "Import-Module '$ModulePath'`nStart-Transcript '$TestDrive/transcript.txt' | Out-Null`nGet-MuedMigration '$good' -Path ./none`nGet-Error`n'$good' | Get-MuedMigration -Path ./none`nStop-Transcript | Out-Null"
        $result = Invoke-Pwsh '-File', $file
        $result.Text | Should -Match '\*\*\*\*\*'
        Assert-Silent $result.Text
        Assert-Silent (Get-Content "$TestDrive/transcript.txt" -Raw)
    }

    It 'is in no history row and in no list of sessions' {
        $null = Invoke-MuedMigration $good
        Assert-Silent ((Invoke-Sql $database 'SELECT h::text FROM mued_schema_history h') -join "`n")
        Assert-Silent ((Invoke-Sql $database 'SELECT s::text FROM pg_stat_activity s') -join "`n")
    }
}

Describe 'TLS' {
    It 'that is switched off for another machine is warned of' {
        $null = Test-MuedConnection 'postgresql://u@192.0.2.1/d?sslmode=disable&connect_timeout=1' -WarningVariable warnings -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
        $warnings | Should -Match 'sslmode'
    }
}
