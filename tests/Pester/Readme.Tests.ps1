BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $root = [System.IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../..'))
    $readme = Get-Content (Join-Path $root 'README.md') -Raw
    $database = New-TestDatabase -Base

    # The one fenced block of a language under a heading.
    function Get-Block([string] $Heading, [string] $Language) {
        $section = [regex]::Match($readme, "(?ms)^## $Heading`$(.*?)(?=^## |\z)").Groups[1].Value
        [regex]::Match($section, "(?ms)^``````$Language\n(.*?)^``````").Groups[1].Value
    }
}

AfterAll { Remove-TestDatabase $database }

Describe 'The Azure Pipelines example' {
    BeforeAll {
        $yaml = Get-Block 'Azure DevOps' 'yaml'
        # A block scalar is what is indented deeper than its key.
        $scripts = @([regex]::Matches($yaml, '(?m)^( *)script: \|\n((?:\1 +.*\n|\n)+)').ForEach{ $_.Groups[2].Value -replace '(?m)^ +', '' })
        $staging = New-Item -ItemType Directory (Join-Path $TestDrive 'staging')

        # As PowerShell@2 does it: the agent puts its variables in, the task sets the preferences before the script.
        function Invoke-Step([string] $Script) {
            $file = Join-Path $TestDrive "$([guid]::NewGuid().ToString('N')).ps1"
            Set-Content $file ("`$ErrorActionPreference = 'stop'`n`$ProgressPreference = 'SilentlyContinue'`n" + $Script.Replace('$(Build.ArtifactStagingDirectory)', $staging).Replace('$(Pipeline.Workspace)', $staging))
            Invoke-Pwsh '-Command', ". '$file'" -WorkingDirectory $root -Environment @{ TF_BUILD = 'True'; AGENT_TEMPDIRECTORY = "$TestDrive"; DATABASE_URL = $database }
        }
    }

    It 'holds three scripts that parse' {
        $scripts.Count | Should -Be 3
        foreach ($script in $scripts) {
            $errors = $null
            $null = [System.Management.Automation.Language.Parser]::ParseInput($script, [ref] $null, [ref] $errors)
            $errors | Should -BeNullOrEmpty
        }
    }

    It 'plans, shows the plan on the page of the run, and changes nothing' {
        $result = Invoke-Step $scripts[0]
        $result.Err | Should -BeNullOrEmpty
        $result.ExitCode | Should -Be 0
        (Get-MuedMigration $database).State | Should -Be 'Pending', 'Pending', 'Pending'
        $yaml | Should -Match '(?m)^ *- publish: \$\(Build\.ArtifactStagingDirectory\)/plan\b'
        $page = [regex]::Match($result.Out, '(?m)##vso\[task\.uploadsummary\](.+plan.+\.md)').Groups[1].Value
        Get-Content $page -Raw | Should -Match ([regex]::Escape((Get-Content "$staging/plan/plan.json" -Raw | ConvertFrom-Json).checksum))
    }

    It 'runs the plan that was approved, and leaves test results that name every migration' {
        $result = Invoke-Step $scripts[1]
        $result.Err | Should -BeNullOrEmpty
        $result.ExitCode | Should -Be 0
        (Get-MuedMigration $database).State | Should -Be 'Applied', 'Applied', 'Applied'
        $results = [xml] (Get-Content "$staging/migrate.xml" -Raw)
        $results.SelectNodes('//testcase[contains(@name, "000")]').Count | Should -BeGreaterOrEqual 3
    }

    It 'undoes with a copy that is there to be published' {
        $result = Invoke-Step $scripts[2]
        $result.Err | Should -BeNullOrEmpty
        $result.ExitCode | Should -Be 0
        (Get-MuedMigration $database).State | Should -Be 'Pending', 'Pending', 'Pending'
        $yaml | Should -Match '(?m)^ *- publish: \$\(Build\.ArtifactStagingDirectory\)/backup\b'
        "$staging/backup" | Should -Exist
    }
}

Describe 'The sample runbook' {
    BeforeAll {
        $null = Invoke-MuedMigration $database
        $fresh = New-TestDatabase -Base
        $text = Get-Block 'A scheduled runbook' 'powershell'
        $runbook = Join-Path $TestDrive 'runbook.ps1'
        Set-Content $runbook $text

        # The module as Automation has it: found by its name, in a folder that nobody may write to.
        $modules = Join-Path $TestDrive 'modules'
        Copy-Item $ModulePath (New-Item -ItemType Directory $modules) -Recurse
        function Get-ModuleState { (Get-ChildItem $modules -Recurse | Sort-Object FullName | ForEach-Object { "$($_.FullName) $($_.LastWriteTimeUtc.Ticks)" }) -join "`n" }
        if (-not $IsWindows) { chmod -R a-w $modules }
        $untouched = Get-ModuleState

        function Invoke-Runbook([string] $Parameters, [hashtable] $Environment = @{}) {
            $all = @{ HOME = $null; XDG_CONFIG_HOME = $null; XDG_CACHE_HOME = $null; XDG_DATA_HOME = $null; PSModulePath = $modules }
            foreach ($name in $Environment.Keys) { $all[$name] = $Environment[$name] }
            Invoke-Pwsh '-Command', "& '$runbook' $Parameters; 'under ' + (Get-Culture).Name + '.'" -Environment $all -WorkingDirectory '/'
        }

        # One line of JSON, and the culture under which it was made.
        function Assert-Healthy($Result, [string] $Culture = (Get-Culture).Name) {
            $Result.Err | Should -BeNullOrEmpty
            $Result.ExitCode | Should -Be 0
            $json, $ranUnder = $Result.Out.Trim() -split '\r?\n'
            $ranUnder | Should -Be "under $Culture."
            $object = $json | ConvertFrom-Json
            $object.Healthy | Should -BeTrue
            $object.Connected | Should -BeTrue
            $object.Pending | Should -Be 0
            $object.Failed | Should -Be 0
            $object.Checks | Should -BeGreaterThan 100
            $object.LatencyMs | Should -BeGreaterThan 0
            $object.Target | Should -Match '@'
        }
    }

    AfterAll {
        if (-not $IsWindows) { chmod -R u+w $modules }
        Remove-TestDatabase $fresh
    }

    It 'ends with one healthy object under a foreign culture, without a home, from a folder that it does not touch' {
        Assert-Healthy (Invoke-Runbook '' @{ DATABASE_URL = $database; LC_ALL = 'tr_TR.UTF-8'; LANG = 'tr_TR.UTF-8' }) -Culture 'tr-TR'
        Get-ModuleState | Should -Be $untouched
    }

    It 'takes -Connection and the -Credential of an Automation account, under another culture' {
        $uri = [uri] $database
        $user, $password = $uri.UserInfo.Split(':', 2).ForEach{ [uri]::UnescapeDataString($_) }
        Assert-Healthy (Invoke-Runbook "-Connection 'postgresql://$($uri.Authority)$($uri.AbsolutePath)' -Credential ([pscredential]::new(`$env:TEST_USER, (ConvertTo-SecureString `$env:TEST_PASSWORD -AsPlainText -Force)))" @{ TEST_USER = $user; TEST_PASSWORD = $password; LC_ALL = 'ja_JP.UTF-8'; LANG = 'ja_JP.UTF-8' }) -Culture 'ja-JP'
    }

    It 'says that the database is not healthy when <Name>' -ForEach @(
        @{ Name = 'it is not there'; Connected = $false; Pending = $null; Url = { $database -replace 'mued_pester_', 'no_such_' }; Says = 'Test-MuedConnection:' }
        @{ Name = 'migrations are pending'; Connected = $true; Pending = 3; Url = { $fresh }; Says = 'Test-MuedSchema:' }
    ) {
        $result = Invoke-Runbook '' @{ DATABASE_URL = & $Url }
        $object = $result.Out.Trim().Split("`n")[-2] | ConvertFrom-Json
        $object.Healthy | Should -BeFalse
        $object.Connected | Should -Be $Connected
        $object.Pending | Should -Be $Pending
        if (-not $Connected) { @($object.LatencyMs, $object.Checks, $object.Failed) | Should -Be $null, $null, $null }
        $result.Err | Should -Match $Says
    }

    It 'has nothing that PSScriptAnalyzer minds' -Tag ScriptAnalyzer {
        Invoke-ScriptAnalyzer -ScriptDefinition $text | ForEach-Object { "$($_.RuleName):$($_.Line)" } | Should -BeNullOrEmpty
    }
}
