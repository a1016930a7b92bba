BeforeDiscovery {
    # Each way to give the password: what it puts into the environment, and with which parameters the commands are then called.
    $ways = @(
        @{ Way = 'a URI'; Parameters = { @{ Connection = $good } } }
        @{ Way = 'libpq keywords'; Parameters = { @{ Connection = "host=$($uri.Host) port=$($uri.Port) dbname=$databaseName user=$role password='$($canary.Replace('\', '\\').Replace("'", "\'"))'" } } }
        @{ Way = 'an Npgsql connection string'; Parameters = { @{ Connection = "Host=$($uri.Host);Port=$($uri.Port);Database=$databaseName;Username=$role;Password=" + '"' + $canary.Replace('"', '""') + '"' } } }
        @{ Way = 'the pipeline'; Piped = { $good } }
        @{ Way = 'a property of a piped object'; Piped = { [pscustomobject]@{ DatabaseUrl = $good } } }
        @{ Way = '-Credential'; Parameters = { @{ Connection = "postgresql://$place"; Credential = $credential } } }
        @{ Way = '-Credential beside a piped report'; Piped = { Test-MuedConnection $database }; Parameters = { @{ Credential = $credential } } }
        @{ Way = 'DATABASE_URL'; Variables = { @{ DATABASE_URL = $good } } }
        @{ Way = 'PGPASSWORD'; Variables = { @{ PGHOST = $uri.Host; PGPORT = "$($uri.Port)"; PGDATABASE = $databaseName; PGUSER = $role; PGPASSWORD = $canary } } }
        @{ Way = 'PGPASSFILE'; Parameters = { @{ Connection = "postgresql://$role@$place" } }; Variables = { @{ PGPASSFILE = New-SecretFile "*:*:*:*:$($canary.Replace('\', '\\').Replace(':', '\:'))" } } }
        @{ Way = '-EnvFile'; Parameters = { @{ EnvFile = New-SecretFile "DATABASE_URL='$good'" } } }
        @{ Way = '.env.local'; EnvLocal = $true }
    )
}

BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $canary = "Ca;n'a%r@y p" + [char] 0x00E4 + '#ss"wo=rd'
    $database = New-TestDatabase -Base
    $uri = [uri] $database
    $databaseName = $uri.AbsolutePath.TrimStart('/')
    $role = "${databaseName}_canary"
    Invoke-Sql $ServerUrl "CREATE ROLE $role LOGIN SUPERUSER PASSWORD '$($canary.Replace("'", "''"))'"
    $place = "$($uri.Host):$($uri.Port)/$databaseName"
    $encoded = [uri]::EscapeDataString($canary)
    $good = "postgresql://${role}:$encoded@$place"
    $credential = [pscredential]::new($role, (ConvertTo-SecureString $canary -AsPlainText -Force))
    $secrets = New-Item -ItemType Directory (Join-Path $TestDrive 'secrets')

    # A file that holds the password, readable by its owner only, as libpq demands of PGPASSFILE.
    function New-SecretFile([string] $Text) {
        $file = Join-Path $secrets ([guid]::NewGuid().ToString('N'))
        Set-Content $file $Text
        if (-not $IsWindows) { chmod 600 $file }
        $file
    }

    function New-Folder { (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid().ToString('N')))).FullName }

    # Runs commands in a session of their own and gives all that they leave there: the seven streams, the transcript, the errors
    # with what they wrap, and the files that they write.
    function Get-Trace([scriptblock] $Commands, [hashtable] $Parameters = @{}, $Piped, [string] $Folder = (New-Folder)) {
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({
                param($module, $folder, $commands, $parameters, $piped)
                Import-Module $module
                Set-Location $folder
                $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
                $PSDefaultParameterValues['*-Mued*:ProgressAction'] = 'Continue'
                Start-Transcript (Join-Path $folder 'transcript.txt') | Out-Null
                . ([scriptblock]::Create($commands)) $parameters $piped
                Get-Error -Newest 10
                Stop-Transcript | Out-Null
            }).AddArgument($ModulePath).AddArgument($Folder).AddArgument([string] $Commands).AddArgument($Parameters).AddArgument($Piped)
            $output = try { $shell.Invoke() } catch { $_ }
            $streams = @{ Output = @($output) }
            foreach ($stream in 'Error', 'Warning', 'Verbose', 'Debug', 'Information', 'Progress') { $streams[$stream] = @($shell.Streams.$stream) }
            $text = @($streams.Output | Where-Object { $_ -and $_.PSObject.TypeNames[0] -like 'Mued.*' } | ConvertTo-Json -Depth 4 -WarningAction Ignore)
            $records = @($streams.Values.ForEach{ $_ }) + $shell.Runspace.SessionStateProxy.GetVariable('Error')
            $text += foreach ($record in $records) {
                $record | Out-String -Width 4000
                $record | Format-List * -Force | Out-String -Width 4000
                $exception = if ($record -is [Exception]) { $record } elseif ($record -is [System.Management.Automation.ErrorRecord]) { $record.Exception }
                for (; $exception; $exception = $exception.InnerException) { "$exception"; $exception.ToString(); $exception.StackTrace; $exception.Data.Values | Out-String }
                if ($record.PSObject.Properties['InvocationInfo']) { $record.InvocationInfo | Format-List * | Out-String -Width 4000 }
            }
            $files = Get-ChildItem $Folder -Recurse -File -Force | Where-Object Name -NE '.env.local' | ForEach-Object { $_.Name; [System.IO.File]::ReadAllText($_.FullName) }
            [pscustomobject]@{ Text = ($text + $files) -join "`n"; Streams = $streams; Folder = $Folder }
        }
        finally { $shell.Dispose() }
    }

    function Assert-Silent([string] $Text) {
        foreach ($secret in $canary, $encoded, 'Ca;n', 'wo=rd', 'Ca%3Bn', $canary.Replace("'", "''"), $canary.Replace("'", '\u0027').Replace('"', '\u0022')) {
            $at = $Text.IndexOf($secret, [StringComparison]::Ordinal)
            if ($at -ge 0) { throw "'$secret' is of the password, and stands in: $($Text.Substring([Math]::Max(0, $at - 200), [Math]::Min(400, $Text.Length - [Math]::Max(0, $at - 200))))" }
        }
    }
}

AfterAll {
    Remove-TestDatabase $database
    Invoke-Sql $ServerUrl "DROP ROLE IF EXISTS $role"
}

Describe 'A password' {
    It 'given by <Way> works and shows nowhere' -ForEach $ways {
        $folder = New-Folder
        $given = if ($_['Parameters']) { & $Parameters } else { @{} }
        $from = if ($_['Piped']) { & $Piped }
        $set = if ($_['Variables']) { & $Variables } else { @{} }
        if ($_['EnvLocal']) { Set-Content (Join-Path $folder '.env.local') "DATABASE_URL=`"$($good.Replace('"', '\"'))`"" }
        $saved = @{}
        foreach ($variable in 'DATABASE_URL', 'PGHOST', 'PGPORT', 'PGDATABASE', 'PGUSER', 'PGPASSWORD', 'PGPASSFILE') {
            $saved[$variable] = [Environment]::GetEnvironmentVariable($variable)
            Set-Item "env:$variable" $set[$variable]
        }
        try {
            $trace = Get-Trace -Parameters $given -Piped $from -Folder $folder {
                param($parameters, $piped)
                function Invoke-Way([string] $Command, [hashtable] $More = @{}) { if ($piped) { $piped | & $Command @parameters @More } else { & $Command @parameters @More } }
                Invoke-Way Test-MuedConnection
                Invoke-Way Invoke-MuedMigration @{ ReportPath = './report.json' }
                Invoke-Way Get-MuedMigration @{ Path = './none' }
            }
        }
        finally { foreach ($variable in $saved.Keys) { Set-Item "env:$variable" $saved[$variable] } }
        $trace.Streams.Output[0].Target | Should -BeLike "$role@*"
        $trace.Streams.Error.FullyQualifiedErrorId | Should -BeLike 'MigrationFolderMissing,*'
        Join-Path $folder 'report.json' | Should -Exist
        Assert-Silent $trace.Text
    }

    It 'shows in nothing that any command puts out, writes or keeps' {
        $talk = New-MigrationFolder @{ '1_talk.sql' = "DO `$`$ BEGIN RAISE NOTICE 'n'; RAISE WARNING 'w'; END `$`$; CREATE TABLE talk (id int);"; '2_bad.sql' = 'SELEC 1' }
        $trace = Get-Trace -Parameters @{ Connection = "$good`?keepalives_count=3" } -Piped $talk {
            param($parameters, $talk)
            foreach ($ending in 'json', 'xml', 'md', 'html') {
                Invoke-MuedMigration @parameters -ReportPath "./good.$ending" -Reporter AzurePipelines
                Invoke-MuedMigration @parameters -Path $talk -HistoryTable public.talk_history -ReportPath "./bad.$ending"
            }
            Test-MuedSchema @parameters -IncludeData -ReportPath ./schema.html
            Export-MuedSchema @parameters -Path ./exported.json
            $undo = Undo-MuedMigration @parameters -Force -BackupPath ./copy -ReportPath ./undo.html
            $undo
            Invoke-MuedMigration @parameters | Test-MuedSchema
            Restore-MuedBackup @parameters -Path $undo.Backup.Path -ReportPath ./restore.html
        }
        foreach ($stream in 'Error', 'Warning', 'Verbose', 'Debug', 'Information', 'Progress') { $trace.Streams.$stream.Count | Should -BeGreaterThan 0 -Because "the stream $stream is looked into" }
        (Get-ChildItem $trace.Folder -File).Count | Should -Be 13
        Join-Path $trace.Folder 'copy' | Should -Exist
        Assert-Silent $trace.Text
        Assert-Silent ((Invoke-Sql $database 'SELECT h::text FROM mued_schema_history h UNION ALL SELECT h::text FROM talk_history h') -join "`n")
    }

    It 'shows in no failure: <Name>' -ForEach @(
        @{ Name = 'no such database'; Given = { $good.Replace("/$databaseName", '/no_such_database') } }
        @{ Name = 'a refused connection'; Given = { $good -replace ":$($uri.Port)", ':1' } }
        @{ Name = 'an unknown parameter'; Given = { "$good`?nonsense=1" } }
        @{ Name = 'a malformed URI'; Given = { "postgresql://user:$canary@[broken/x" } }
        @{ Name = 'a malformed keyword list'; Given = { "host=h user=u password='$($canary.Replace("'", "\'"))' ='" } }
        @{ Name = 'a wrong password'; Given = { "postgresql://${role}:${encoded}x@$place" } }
    ) {
        $trace = Get-Trace -Piped (& $Given) {
            param($parameters, $piped)
            Test-MuedConnection $piped
            Invoke-MuedMigration $piped
            $piped | Get-MuedMigration
            try { Test-MuedConnection $piped -ErrorAction Stop } catch { $_ }
        }
        $trace.Streams.Error.Count | Should -BeGreaterOrEqual 3
        Assert-Silent $trace.Text
    }

    It 'that a script spells out is masked in the line that PowerShell prints, and in a transcript' {
        $file = Join-Path $TestDrive 'literal.ps1'
        Set-Content $file "Import-Module '$ModulePath'`nStart-Transcript '$TestDrive/transcript.txt' | Out-Null`nGet-MuedMigration '$good' -Path ./none`nGet-Error`n'$good' | Get-MuedMigration -Path ./none`nStop-Transcript | Out-Null"
        $result = Invoke-Pwsh '-File', $file
        $result.Text | Should -Match '\*\*\*\*\*'
        Assert-Silent $result.Text
        Assert-Silent (Get-Content "$TestDrive/transcript.txt" -Raw)
    }

    It 'is in no list of processes and of sessions while a statement runs' {
        $folder = New-MigrationFolder @{ '1_sleep.sql' = 'SELECT pg_sleep(600);' }
        $start = New-PwshStart '-NonInteractive', '-Command', "Import-Module '$ModulePath'; Invoke-MuedMigration -Path '$folder' -HistoryTable public.sleep_history"
        $start.Environment['DATABASE_URL'] = $good
        $process = [System.Diagnostics.Process]::Start($start)
        try {
            $sleeping = "FROM pg_stat_activity WHERE datname = '$databaseName' AND query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()"
            Wait-Until { $process.HasExited -or (Invoke-Sql $ServerUrl "SELECT count(*) $sleeping") -gt 0 }
            $process.HasExited | Should -BeFalse
            Assert-Silent ((Invoke-Sql $ServerUrl 'SELECT s::text FROM pg_stat_activity s') -join "`n")
            if (Test-Path /proc/self/cmdline) {
                $lines = Get-ChildItem /proc -Directory | Where-Object Name -Match '^\d+$' | ForEach-Object { try { [System.IO.File]::ReadAllText("$_/cmdline") } catch [System.IO.IOException], [System.UnauthorizedAccessException] { 'gone meanwhile' } }
                $lines -join "`n" | Should -Match 'sleep_history'
                Assert-Silent ($lines -join "`n")
            }
        }
        finally {
            if (-not $process.HasExited) { $process.Kill($true) }
            $process.Dispose()
            $null = Invoke-Sql $ServerUrl "SELECT pg_terminate_backend(pid) $sleeping"
        }
    }
}
