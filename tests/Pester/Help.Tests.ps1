BeforeDiscovery {
    $folder = Join-Path $PSScriptRoot '../../output/Mued.PsDb'
    $commands = @((Import-PowerShellDataFile (Join-Path $folder 'Mued.PsDb.psd1')).CmdletsToExport | ForEach-Object { @{ Name = $_ } })
}

BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $common = [System.Management.Automation.PSCmdlet]::CommonParameters + [System.Management.Automation.PSCmdlet]::OptionalCommonParameters
    $options = @{ 'Invoke-MuedMigration' = 'MigrationOptions'; 'Undo-MuedMigration' = 'UndoOptions'; 'Restore-MuedBackup' = 'RestoreOptions'; 'Test-MuedMigration' = 'MigrationTestOptions'; 'Import-MuedHistory' = 'ImportOptions'; 'Test-MuedPlugin' = 'PluginTestOptions' }

    function Get-Example([string] $Name) { @((Get-Help $Name).examples.example) }
    # How many pages answer to a name: a search of every module, and many cmdlets link to the same.
    $pages = @{}
    function Measure-Help([string] $Name) { $pages[$Name] ??= @(Get-Help $Name).Count; $pages[$Name] }
    function Get-Text($Paragraphs) { @($Paragraphs.Text) -join "`n" }

    # What a parameter is when nobody gives it: the cmdlet's own value, else the one that the engine puts in its place.
    function Get-Default([string] $Cmdlet, [string] $Parameter) {
        $type = (Get-Command $Cmdlet).ImplementingType
        $value = if ($property = $type.GetProperty($Parameter)) { $property.GetValue([Activator]::CreateInstance($type)) } else { [switch] $false }
        # What mued.json may say has the engine's own value where neither says it.
        $shared = if ($Parameter -in 'HistoryTable', 'Layout') { 'MigrationOptions' }
        foreach ($name in @($options[$Cmdlet]; $shared).Where{ $_ }) {
            $engine = (Get-ModuleType 'Mued.PsDb.Core' 'Mued.PsDb.MuedException').Assembly.GetTypes().Where{ $_.Name -eq $name }[0]
            if ($null -eq $value -and ($property = $engine.GetProperty($Parameter))) { $value = $property.GetValue([Activator]::CreateInstance($engine)) }
        }
        if ($value -is [timespan]) { if ($value.TotalSeconds -gt 120) { "$($value.TotalMinutes) minutes" } else { "$($value.TotalSeconds) seconds" } }
        elseif ([string]::IsNullOrEmpty("$value")) { 'None' }
        else { "$value" }
    }
}

Describe 'The help of <Name>' -ForEach $commands {
    It 'tells what it does, what it takes, what it gives, and what is related' {
        $help = Get-Help $Name -Full
        $help.Name | Should -Be $Name
        $help.Synopsis | Should -Not -Match $Name
        $help.Synopsis.Length | Should -BeGreaterThan 20
        (Get-Text $help.description).Length | Should -BeGreaterThan 100
        $taken = (Get-Command $Name).Parameters.Values.Where{ $_.Attributes.Where{ $_ -is [Parameter] }.ValueFromPipeline }
        @($help.inputTypes.inputType.type.name) | Should -Be @($taken.ParameterType.FullName)
        @($help.returnValues.returnValue.type.name) | Should -Be @((Get-Command $Name).OutputType.Name)
        foreach ($one in @($help.inputTypes.inputType) + @($help.returnValues.returnValue)) { Get-Text $one.description | Should -Not -BeNullOrEmpty }
        $links = @($help.relatedLinks.navigationLink.linkText)
        $links.Count | Should -BeGreaterOrEqual 2
        foreach ($link in $links) { Measure-Help $link | Should -Be 1 -Because $link }
        $help | Out-String | Should -Not -Match '```|\{\{'
    }

    It 'describes every parameter as the cmdlet declares it, and no other' {
        $declared = (Get-Command $Name).Parameters.Values.Where{ $_.Name -in 'WhatIf', 'Confirm' -or $_.Name -notin $common }
        $described = Get-Help $Name -Parameter *
        @($described.name | Sort-Object) | Should -Be @($declared.Name | Sort-Object)
        foreach ($parameter in $declared) {
            $help = $described.Where({ $_.name -eq $parameter.Name }, 'First')[0]
            $attribute = $parameter.Attributes.Where{ $_ -is [Parameter] }[0]
            $type = [Nullable]::GetUnderlyingType($parameter.ParameterType) ?? $parameter.ParameterType
            $ways = @('ByValue'; 'ByPropertyName').Where{ ($_ -eq 'ByValue' -and $attribute.ValueFromPipeline) -or ($_ -ne 'ByValue' -and $attribute.ValueFromPipelineByPropertyName) }
            $expected = [ordered]@{
                Type     = $type.FullName
                Required = "$($attribute.Mandatory)"
                Position = if ($attribute.Position -eq [int]::MinValue) { 'named' } else { "$($attribute.Position)" }
                Pipeline = if ($ways) { "True ($($ways -join ', '))" } else { 'False' }
                Aliases  = if ($parameter.Aliases) { $parameter.Aliases -join ', ' } else { 'None' }
                Globbing = "$([bool] $parameter.Attributes.Where{ $_ -is [SupportsWildcards] })"
                Values   = if ($type.IsEnum) { [Enum]::GetNames($type) -join ', ' } else { '' }
                Default  = Get-Default $Name $parameter.Name
            }
            $said = [ordered]@{
                Type     = $help.type.name
                Required = $help.required
                Position = $help.position
                Pipeline = $help.pipelineInput
                Aliases  = $help.aliases
                Globbing = $help.globbing
                Values   = if ((Get-Text $help.description) -match 'Accepted values: (.*)') { $Matches[1] } else { '' }
                Default  = $help.defaultValue
            }
            $said | ConvertTo-Json | Should -Be ($expected | ConvertTo-Json) -Because "-$($parameter.Name)"
            (Get-Text $help.description).Length | Should -BeGreaterThan 15 -Because "-$($parameter.Name)"
        }
    }

    It 'shows the syntax that the cmdlet has' {
        $lines = @(((Get-Help $Name).syntax | Out-String -Width 5000) -split '\r?\n').Where{ $_ }
        $sets = @((Get-Command $Name).ParameterSets | Sort-Object IsDefault -Descending -Stable)
        $lines | Should -HaveCount $sets.Count
        foreach ($set in $sets) {
            $line = $lines[$sets.IndexOf($set)]
            $parameters = $set.Parameters.Where{ $_.Name -in 'WhatIf', 'Confirm' -or $_.Name -notin $common }
            $shown = [regex]::Matches($line, '(?<= )\[*-(\w+)')
            $shown.ForEach{ $_.Groups[1].Value } | Sort-Object | Should -Be @($parameters.Name | Sort-Object) -Because $set
            $required = $parameters.Where{ $_.IsMandatory -and $_.Position -lt 0 }
            @($shown.Where{ $_.Value[0] -eq '-' }.ForEach{ $_.Groups[1].Value }) | Should -Be @($required.ForEach{ $_.Name }) -Because $set
            $line | Should -Not -Match 'SwitchParameter'
        }
    }

    It 'has three examples or more that parse, with parameters that exist' {
        $examples = Get-Example $Name
        $examples.Count | Should -BeGreaterOrEqual 3
        foreach ($example in $examples) {
            "    $($example.title)".Length | Should -BeLessOrEqual 80
            Get-Text $example.remarks | Should -Not -BeNullOrEmpty -Because $example.title
            $errors = $null
            $syntax = [System.Management.Automation.Language.Parser]::ParseInput($example.code, [ref] $null, [ref] $errors)
            $errors | Should -BeNullOrEmpty -Because $example.title
            $calls = @($syntax.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true))
            $calls.ForEach{ $_.GetCommandName() } | Should -Contain $Name -Because $example.title
            foreach ($call in $calls.Where{ $_.GetCommandName() -like '*-Mued*' }) {
                $command = Get-Command $call.GetCommandName()
                foreach ($parameter in $call.CommandElements.Where{ $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
                    $command.ResolveParameter($parameter.ParameterName) | Should -Not -BeNullOrEmpty -Because $example.title
                }
            }
        }
    }
}

Describe 'The build of the help' {
    BeforeAll {
        $builder = (Get-ChildItem (Join-Path $PSScriptRoot '../../src/Mued.PsDb.HelpBuilder/bin/*/net8.0/Mued.PsDb.HelpBuilder.dll') | Sort-Object LastWriteTime)[-1].FullName

        # Builds the help of a module whose one file was changed; gives what was printed.
        function Invoke-Builder([string] $File, [string] $Text) {
            $module = Join-Path $TestDrive ([guid]::NewGuid().ToString('N'))
            Copy-Item (Join-Path $PSScriptRoot '../../module') $module -Recurse
            if ($Text) { Set-Content (Join-Path $module "help/en-US/$File") $Text } elseif ($File) { Remove-Item (Join-Path $module "help/en-US/$File") }
            $said = dotnet $builder (Join-Path $ModulePath 'Mued.PsDb.dll') (Join-Path $PSHOME 'System.Management.Automation.dll') $module (Join-Path $module 'help.xml')
            (Test-Path (Join-Path $module 'help.xml')) | Should -Be ($LASTEXITCODE -eq 0)
            $said
        }
    }

    It 'makes the file that the module has' {
        Invoke-Builder | Should -BeNullOrEmpty
    }

    It 'fails with file and line when <Case>' -ForEach @(
        @{ Case = 'a cmdlet has no file'; File = 'Get-MuedMigration.md'; Says = 'The cmdlet has no help.' }
        @{ Case = 'a file has no cmdlet'; File = 'Get-Mued.md'; Old = '^'; New = "# Get-Mued`n"; Says = 'There is no cmdlet Get-Mued.' }
        @{ Case = 'a parameter is not described'; Old = '### -Reapply\n\n.*\n\n'; New = ''; At = '## Parameters'; Says = '-Reapply is described neither here nor in Common.md.' }
        @{ Case = 'a described parameter is not there'; Old = '### -Reapply'; New = '### -Again'; At = '### -Again'; Says = 'Invoke-MuedMigration has no parameter -Again.' }
        @{ Case = 'a parameter has an empty description'; Old = 'Runs applied migrations again.*\n'; New = ''; At = '### -Reapply'; Says = 'There is no text under "-Reapply".' }
        @{ Case = 'a part is missing'; Old = '## Outputs'; New = '## Output'; At = '# Invoke-MuedMigration'; Says = 'The parts are, in this order: Description, Examples, Parameters, Inputs, Outputs, Related links.' }
        @{ Case = 'an output is not what the cmdlet declares'; Old = 'Mued.PsDb.MigrationReport'; New = 'System.String'; At = '## Outputs'; Says = 'The cmdlet declares under Outputs: Mued.PsDb.MigrationReport' }
        @{ Case = 'an example calls something else'; Old = '(?s)```powershell\nInvoke-MuedMigration\n```'; New = "``````powershell`nGet-Date`n``````"; At = '### Apply MUED Phase 2'; Says = 'The example begins with' }
        @{ Case = 'a link leads nowhere'; Old = '- Undo-MuedMigration'; New = '- Undo-Everything'; At = '- Undo-Everything'; Says = 'Undo-Everything is neither' }
        @{ Case = 'the default of a switch is told'; Old = '(### -Reapply\n\n.*\n)'; New = "`$1`nDefault: True`n"; At = '### -Reapply'; Says = 'The default of -Reapply follows from its type' }
        @{ Case = 'Get-Help cannot show something'; Old = '(## Description\n\n)'; New = "`$1This is **bold**.`n`n"; At = 'This is **bold**.'; Says = 'Get-Help cannot show this (EmphasisInline).' }
    ) {
        $file = $_['File'] ?? 'Invoke-MuedMigration.md'
        $source = Join-Path $PSScriptRoot "../../module/help/en-US/$file"
        $text = if (Test-Path $source) { Get-Content $source -Raw } else { '' }
        $changed = if ($_.ContainsKey('New')) { $text -replace $_.Old, $_.New } else { '' }
        $line = if ($_.ContainsKey('At')) { ($changed -split '\n').IndexOf($_.At) + 1 } else { 1 }
        $said = @(Invoke-Builder $file $changed)
        $said.Where{ $_.Contains("$file($line): error HELP: $Says") } | Should -HaveCount 1 -Because ($said -join "`n")
    }
}

Describe 'The examples that need nothing but a database' {
    BeforeAll {
        $database = New-TestDatabase -Base
        $saved = $env:DATABASE_URL
        $env:DATABASE_URL = $database
        Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive 'examples'))
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
        $text = (Get-Module Mued.PsDb).ExportedCmdlets.Keys.ForEach{ (Get-Example $_).code } -join "`n"
        $text.Contains($_) | Should -BeTrue -Because 'only what the help says is tried'

        # A folder of that name would be taken before the bundled one.
        if ($_ -like '*./migrations*') {
            $null = New-Item -ItemType Directory migrations
            Set-Content migrations/0042_first.sql 'SELECT 1'
        }
        try { { Invoke-Expression $_ | Out-String } | Should -Not -Throw }
        finally { if (Test-Path migrations) { Remove-Item migrations -Recurse } }
    }

    It 'compare two databases as the help of Test-MuedSchema says' {
        $null = Invoke-MuedMigration
        $code = (Get-Example 'Test-MuedSchema').Where{ $_.title -like '*: Against*' }[0].code
        (Invoke-Expression $code)[-1] | Should -BeTrue
    }
}

Describe 'The about topics' {
    It 'exist: <_>' -ForEach 'about_Mued.PsDb', 'about_Mued.PsDb_Migrations', 'about_Mued.PsDb_Safety', 'about_Mued.PsDb_Troubleshooting' {
        Get-Help $_ | Should -Match 'SHORT DESCRIPTION'
        Get-Content (Join-Path $ModulePath "en-US/$_.help.txt") | ForEach-Object { $_.Length | Should -BeLessOrEqual 80 }
    }
}
