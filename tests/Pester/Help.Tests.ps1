BeforeDiscovery {
    $folder = Join-Path $PSScriptRoot '../../output/Mued.PsDb'
    $commands = @((Import-PowerShellDataFile (Join-Path $folder 'Mued.PsDb.psd1')).CmdletsToExport | ForEach-Object { @{ Name = $_ } })
}

BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $markdown = Join-Path $PSScriptRoot '../../module/help/en-US'
    $common = [System.Management.Automation.PSCmdlet]::CommonParameters + [System.Management.Automation.PSCmdlet]::OptionalCommonParameters

    function Get-Example([string] $Name) {
        $text = Get-Content (Join-Path $markdown "$Name.md") -Raw
        [regex]::Matches($text, '(?s)### Example \d+: ([^\n]+)\n+```powershell\n(.*?)```').ForEach{ [pscustomobject]@{ Title = $_.Groups[1].Value; Code = $_.Groups[2].Value } }
    }
}

Describe 'The help of <Name>' -ForEach $commands {
    It 'has a Markdown file that describes every parameter and no other' {
        $text = Get-Content (Join-Path $markdown "$Name.md") -Raw
        $described = @([regex]::Matches($text, '(?m)^### -(\w+)').ForEach{ $_.Groups[1].Value } | Sort-Object)
        $parameters = @((Get-Command $Name).Parameters.Values.Name.Where{ $_ -in 'WhatIf', 'Confirm' -or $_ -notin $common } | Sort-Object)
        $described | Should -Be $parameters
        $text | Should -Not -Match '\{\{'
        [regex]::Matches($text, '(?s)### -\w+\n+(.*?)\n+```yaml').ForEach{ $_.Groups[1].Value.Trim().Length | Should -BeGreaterThan 15 }
    }

    It 'tells the aliases, and where a value may come from the pipeline, as they are' {
        $text = Get-Content (Join-Path $markdown "$Name.md") -Raw
        foreach ($parameter in (Get-Command $Name).Parameters.Values.Where{ $_.Name -notin $common }) {
            $yaml = [regex]::Match($text, "(?s)### -$($parameter.Name)\n.*?``````yaml\n(.*?)``````").Groups[1].Value
            foreach ($alias in $parameter.Aliases) { $yaml | Should -Match "(?m)^- $alias$" }
            $yaml | Should -Match "ValueFromPipeline: $($parameter.Attributes.Where{ $_ -is [Parameter] }[0].ValueFromPipeline)"
        }
    }

    It 'has three examples or more that parse, with parameters that exist' {
        $examples = @(Get-Example $Name)
        $examples.Count | Should -BeGreaterOrEqual 3
        foreach ($example in $examples) {
            $errors = $null
            $syntax = [System.Management.Automation.Language.Parser]::ParseInput($example.Code, [ref] $null, [ref] $errors)
            $errors | Should -BeNullOrEmpty -Because $example.Title
            $calls = @($syntax.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true))
            $calls.ForEach{ $_.GetCommandName() } | Should -Contain $Name -Because $example.Title
            foreach ($call in $calls.Where{ $_.GetCommandName() -like '*-Mued*' }) {
                $command = Get-Command $call.GetCommandName()
                foreach ($parameter in $call.CommandElements.Where{ $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
                    $command.ResolveParameter($parameter.ParameterName) | Should -Not -BeNullOrEmpty -Because $example.Title
                }
            }
        }
    }

    It 'is what Get-Help shows' {
        $help = Get-Help $Name -Full
        $help.Synopsis | Should -Not -Match $Name
        @($help.examples.example).Count | Should -BeGreaterOrEqual 3
        foreach ($parameter in $help.parameters.parameter) { ($parameter.description.Text -join '') | Should -Not -BeNullOrEmpty -Because $parameter.name }
        ($help | Out-String) | Should -Not -Match '```'
    }
}

Describe 'The examples that need nothing but a database' {
    BeforeAll {
        $database = New-TestDatabase -Base
        $saved = $env:DATABASE_URL
        $env:DATABASE_URL = $database
        Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive 'examples'))
        $null = New-Item -ItemType Directory migrations
        Set-Content migrations/0042_first.sql 'SELECT 1'
        Set-Content urls.txt $database
        $staging = $production = $database
    }

    AfterAll {
        Pop-Location
        $env:DATABASE_URL = $saved
        Remove-TestDatabase $database
    }

    It 'run: <_>' -ForEach @(
        'Test-MuedConnection | Format-List *'
        "if (-not (Test-MuedConnection -Quiet)) { throw 'The database is not ready.' }"
        'Get-Content ./urls.txt | Test-MuedConnection -ErrorAction SilentlyContinue | Format-Table'
        'Get-MuedMigration'
        "Get-MuedMigration -Path ./migrations | Where-Object State -eq 'Pending'"
        'Invoke-MuedMigration'
        'Test-MuedSchema'
    ) {
        $text = (Get-ChildItem $markdown -Filter '*.md' | Get-Content -Raw) -join "`n"
        $text.Contains($_) | Should -BeTrue -Because 'only what the help says is tried'
        { Invoke-Expression $_ | Out-String } | Should -Not -Throw
    }

    It 'compare two databases as the help of Test-MuedSchema says' {
        $null = Invoke-MuedMigration
        $code = (Get-Example 'Test-MuedSchema').Where{ $_.Title -like 'Against*' }[0].Code
        (Invoke-Expression $code)[-1] | Should -BeTrue
    }
}

Describe 'The about topics' {
    It 'exist: <_>' -ForEach 'about_Mued.PsDb', 'about_Mued.PsDb_Migrations', 'about_Mued.PsDb_Troubleshooting' {
        Get-Help $_ | Should -Match 'SHORT DESCRIPTION'
        Get-Content (Join-Path $ModulePath "en-US/$_.help.txt") | ForEach-Object { $_.Length | Should -BeLessOrEqual 80 }
    }
}
