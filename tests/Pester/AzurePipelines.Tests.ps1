BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $database = New-TestDatabase -Base
    $hostile = New-MigrationFolder @{
        '1_notice.sql' = "DO `$`$ BEGIN RAISE NOTICE '##vso[task.complete result=Succeeded;]done'; RAISE WARNING E'x\n##vso[task.setvariable variable=a]b'; END `$`$; CREATE TABLE IF NOT EXISTS `"##vso[task.complete]`" (id int);"
        '2_bad.sql'    = "SELECT 1;`nSELECT '##vso[task.complete result=Succeeded;]'::int;"
    }

    # What PowerShell@2 runs: a script file whose first line sets the preferences, in a pwsh without profile and without a person.
    function Invoke-Task([string] $Script, [hashtable] $Environment = @{}, [switch] $AsCommand) {
        $file = Join-Path $TestDrive "$([guid]::NewGuid().ToString('N')).ps1"
        Set-Content $file "`$ErrorActionPreference = 'stop'`n`$ProgressPreference = 'SilentlyContinue'`nImport-Module '$ModulePath'`n$Script"
        $all = @{ TF_BUILD = 'True'; AGENT_TEMPDIRECTORY = "$TestDrive" }; foreach ($name in $Environment.Keys) { $all[$name] = $Environment[$name] }
        if ($AsCommand) { Invoke-Pwsh '-Command', ". '$file'" -Environment $all } else { Invoke-Pwsh '-File', $file -Environment $all }
    }

    # A logging command counts wherever it stands in a line.
    function Get-LoggingCommand([string] $Text) { [regex]::Matches($Text, '##vso\[([a-z.]+)').ForEach{ $_.Groups[1].Value } }
}

AfterAll { Remove-TestDatabase $database }

Describe 'On an Azure Pipelines agent' {
    It 'a run that succeeds ends with 0, with groups and a summary, without issues and ANSI' {
        $result = Invoke-Task "Invoke-MuedMigration '$database'"
        $result.ExitCode | Should -Be 0
        $result.Out | Should -Match '##\[group\].*0006_add_rag_metrics'
        $commands = Get-LoggingCommand $result.Text
        $commands | Should -Contain 'task.uploadsummary'
        $commands | Should -Contain 'task.setprogress'
        $commands | Should -Not -Contain 'task.logissue'
        $result.Text | Should -Not -Match "`e"
        $summary = [regex]::Match($result.Out, '##vso\[task\.uploadsummary ?\](.+)').Groups[1].Value.Trim()
        $summary | Should -Exist
    }

    It 'a failed migration fails the task by <Name>, and the issue names file, line and column' -ForEach @(
        @{ Name = '-File'; AsCommand = $false }
        @{ Name = '-Command'; AsCommand = $true }
    ) {
        $result = Invoke-Task "Invoke-MuedMigration '$database' -Path '$hostile' -HistoryTable public.h$([int] $AsCommand)`n'not reached'" -AsCommand:$AsCommand
        $result.ExitCode | Should -Be 1
        $result.Out | Should -Not -Match 'not reached'
        $result.Out | Should -Match '##vso\[task\.logissue type=error;sourcepath=[^;]*2_bad\.sql;linenumber=2;columnnumber=\d+;'
    }

    It 'what the database says stays text: notices, errors, names of tables' {
        $result = Invoke-Task "Invoke-MuedMigration '$database' -Path '$hostile' -HistoryTable public.h2 -Verbose -Debug -ErrorAction Continue; Test-MuedSchema '$database' -Strict -ErrorAction Continue | Format-List *"
        $result.Out | Should -Match 'task\.complete'
        Get-LoggingCommand $result.Text | Sort-Object -Unique | ForEach-Object { $_ | Should -BeIn 'task.logissue', 'task.setprogress', 'task.uploadsummary' }
        $result.Text | Should -Not -Match '##vso\[task\.(complete|setvariable)'
    }

    It 'notices and warnings do not fail the task' {
        $folder = New-MigrationFolder @{ '1_talk.sql' = "DO `$`$ BEGIN RAISE NOTICE 'n'; RAISE WARNING 'w'; END `$`$;" }
        (Invoke-Task "`$null = Invoke-MuedMigration '$database' -Path '$folder' -HistoryTable public.h3").ExitCode | Should -Be 0
    }

    It 'a failed connection, a failed schema test and wrong usage fail the task' {
        $empty = New-TestDatabase
        $result = try {
            Invoke-Task "
                try { Invoke-MuedMigration 'postgresql://u@127.0.0.1:1/d'; 'not reached' } catch { `$_.FullyQualifiedErrorId }
                try { Invoke-MuedMigration '$database' -Path ./nothing; 'not reached' } catch { `$_.FullyQualifiedErrorId }
                Test-MuedSchema '$empty'
                'not reached'"
        } finally { Remove-TestDatabase $empty }
        $result.ExitCode | Should -Be 1
        $issue = '##vso\[task\.logissue type=error;(?s:.*)'
        $result.Out | Should -Match "${issue}ConnectionRefused,(?s:.*)${issue}MigrationFolderMissing,"
        $result.Out | Should -Not -Match 'not reached'
    }

    It '-Reporter None says nothing to the agent, and -Reporter AzurePipelines speaks without one' {
        $result = Invoke-Task "Invoke-MuedMigration '$database' -Reporter None; 'no agent from here'; `$env:TF_BUILD = `$null; Invoke-MuedMigration '$database' -Reporter AzurePipelines"
        $onAgent, $without = $result.Out -split 'no agent from here'
        Get-LoggingCommand $onAgent | Should -BeNullOrEmpty
        Get-LoggingCommand $without | Should -Contain 'task.uploadsummary'
        Get-LoggingCommand $result.Err | Should -BeNullOrEmpty
    }
}
