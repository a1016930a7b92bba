BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $version = (Import-PowerShellDataFile (Join-Path $ModulePath 'Mued.PsDb.psd1')).ModuleVersion
    $out = Join-Path $TestDrive 'packages/'
    $address = 'https://example.org/mued/psdb'
    $page = "$address/blob/HEAD/module/help/en-US/Invoke-MuedMigration.md"
    $common = '-p:NoBuild=true', '-p:BuildProjectReferences=false', '-nodeReuse:false', "-p:PackageOutputPath=$out", '-v:q', '--nologo'
    function Get-Project([string] $Name) { [System.IO.Path]::GetFullPath((Join-Path $PSScriptRoot "../../src/$Name/$Name.csproj")) }

    # As a release is packed, with the address of the project; the module that the other tests import has none.
    foreach ($name in 'Mued.PsDb', 'Mued.PsDb.Cli') {
        $targets = if ($name -eq 'Mued.PsDb') { '-t:StageModule;Pack' } else { '-t:Pack' }
        $said = dotnet msbuild (Get-Project $name) $targets "-p:PackageProjectUrl=$address" "-p:ModuleFolder=$(Join-Path $TestDrive 'release/')" $common
        if ($LASTEXITCODE) { throw ($said -join "`n") }
    }

    # A stranger's machine: nothing around but the packages, and a home of its own.
    $empty = (New-Item -ItemType Directory (Join-Path $TestDrive 'empty')).FullName
    $userHome = (New-Item -ItemType Directory (Join-Path $TestDrive 'home')).FullName
    $database = New-TestDatabase -Base
    $readme = Get-Content (Join-Path $PSScriptRoot '../../README.md') -Raw

    # A command of the README's section Install, with this folder in place of the one that it names.
    function Get-InstallCommand([string] $Pattern) {
        $section = [regex]::Match($readme, '(?ms)^## Install$(.*?)(?=^## )').Groups[1].Value
        $found = [regex]::Matches($section, "(?m)^(?:\$ |PS> )?($Pattern.*)$").ForEach{ $_.Groups[1].Value }
        $found | Should -HaveCount 1 -Because $Pattern
        $found.Replace('./packages', $out)
    }
}

AfterAll { Remove-TestDatabase $database }

Describe 'The package' {
    It 'for Azure Automation holds the folder of the module, with short paths' {
        Expand-Archive (Join-Path $out "Mued.PsDb.$version.zip") (Join-Path $TestDrive 'unzipped')
        (Get-ChildItem (Join-Path $TestDrive 'unzipped')).Name | Should -Be 'Mued.PsDb'
        Join-Path $TestDrive 'unzipped/Mued.PsDb/Mued.PsDb.psd1' | Should -Exist
        $archive = [System.IO.Compression.ZipFile]::OpenRead((Join-Path $out "Mued.PsDb.$version.zip"))
        try { foreach ($entry in $archive.Entries) { $entry.FullName.Length | Should -BeLessThan 140 } } finally { $archive.Dispose() }
        $result = Invoke-Pwsh '-Command', "Import-Module '$TestDrive/unzipped/Mued.PsDb'; (Get-Module Mued.PsDb).Version.ToString()"
        $result.Text.Trim() | Should -Be $version
    }

    It 'for a PowerShell repository is installed from a folder as the README says' {
        $script = "
            `$ErrorActionPreference = 'Stop'
            $(Get-InstallCommand 'Register-PSResourceRepository')
            $(Get-InstallCommand 'Install-PSResource')
            Import-Module Mued.PsDb
            (Get-Module Mued.PsDb).Version.ToString()
            (Get-Module Mued.PsDb).Path
            (Get-Module Mued.PsDb).ProjectUri.AbsoluteUri
            (Get-Help Invoke-MuedMigration).Synopsis
            (Invoke-MuedMigration '$database').Status"
        $result = Invoke-Pwsh '-Command', $script -WorkingDirectory $empty -Environment @{ HOME = $userHome; XDG_DATA_HOME = $null; XDG_CONFIG_HOME = $null; PSModulePath = $null; DATABASE_URL = $null }
        $result.Err | Should -BeNullOrEmpty
        $lines = $result.Out.Trim() -split '\r?\n'
        $lines[-5] | Should -Be $version
        if (-not $IsWindows) { $lines[-4] | Should -BeLike "$userHome*" }
        $lines[-3] | Should -Be $address
        $lines[-2] | Should -Be 'Applies the pending migrations of a folder and verifies the result.'
        $lines[-1] | Should -Be 'Succeeded'
    }

    It 'has the page of a command at the address of the project, which -Online opens' {
        $browser = (New-Item -ItemType Directory (Join-Path $TestDrive 'browser')).FullName
        $script = "Import-Module '$TestDrive/release/Mued.PsDb.psd1'; (Get-Help Invoke-MuedMigration).relatedLinks.navigationLink[0].uri"

        # .NET opens an address with xdg-open, which can stand in a folder of ours; Windows and macOS would open a person's browser.
        if ($IsLinux) {
            Set-Content "$browser/xdg-open" "#!/bin/sh`nprintf %s `"`$1`" > '$browser/part' && mv '$browser/part' '$browser/opened'"
            chmod +x "$browser/xdg-open"
            $script += '; Get-Help Invoke-MuedMigration -Online'
        }
        $result = Invoke-Pwsh '-Command', $script -Environment @{ PATH = "$browser$([System.IO.Path]::PathSeparator)$env:PATH" }
        $result.Text.Trim() | Should -Be $page
        if ($IsLinux) {
            Wait-Until { Test-Path "$browser/opened" }
            Get-Content "$browser/opened" | Should -Be $page
        }
    }

    It 'of mued-psdb is installed from a folder as the README says' {
        Push-Location $empty
        try {
            # Whatever is missing in the packages shall not come from elsewhere.
            Set-Content NuGet.config '<configuration><packageSources><clear /></packageSources></configuration>'
            $said = Invoke-Expression "$(Get-InstallCommand 'dotnet tool install') --configfile ./NuGet.config" | Out-String
            $LASTEXITCODE | Should -Be 0 -Because $said
            $said = Invoke-Expression "./tools/mued-psdb migrate --url '$database' --output json" | Out-String
            $LASTEXITCODE | Should -Be 0 -Because $said
            ($said | ConvertFrom-Json).status | Should -BeIn 'Succeeded', 'NothingToDo'
        }
        finally {
            Pop-Location
        }
    }

    It 'cannot be made without the help' {
        $copy = Join-Path $TestDrive 'staged/'
        Copy-Item $ModulePath $copy -Recurse
        Remove-Item (Join-Path $copy 'en-US/Mued.PsDb.dll-Help.xml')
        $said = dotnet msbuild (Get-Project 'Mued.PsDb') -t:Pack $common "-p:ModuleFolder=$copy" | Out-String
        $LASTEXITCODE | Should -Not -Be 0
        $said | Should -Match 'The staged module has no help'
    }

    It 'cannot be made for what is no address' {
        $said = dotnet msbuild (Get-Project 'Mued.PsDb') -t:Pack $common '-p:PackageProjectUrl=example.org' | Out-String
        $LASTEXITCODE | Should -Not -Be 0
        $said | Should -Match "PackageProjectUrl must be the project's address, as in https://example.org/psdb; it is example.org\."
    }

    It 'names the address of the project to package managers: <_>' -ForEach 'Mued.PsDb', 'Mued.PsDb.Cli' {
        $archive = [System.IO.Compression.ZipFile]::OpenRead((Join-Path $out "$_.$version.nupkg"))
        try {
            $reader = [System.IO.StreamReader]::new($archive.GetEntry("$_.nuspec").Open())
            ([xml] $reader.ReadToEnd()).package.metadata.projectUrl | Should -Be $address
        }
        finally {
            $archive.Dispose()
        }
    }

    It 'names the licence of every assembly that others made: <_>' -ForEach 'Mued.PsDb', 'Mued.PsDb.Cli' {
        $archive = [System.IO.Compression.ZipFile]::OpenRead((Join-Path $out "$_.$version.nupkg"))
        try {
            $reader = [System.IO.StreamReader]::new($archive.GetEntry('THIRD-PARTY-NOTICES.txt').Open())
            $notices = $reader.ReadToEnd()
            $archive.GetEntry('LICENSE') | Should -Not -BeNullOrEmpty
            $foreign = @($archive.Entries.Name.Where{ $_ -like '*.dll' -and $_ -notlike 'Mued.PsDb*' -and $_ -ne 'mued-psdb.dll' } | Sort-Object -Unique)
            $foreign | Should -Contain 'Npgsql.dll'
            foreach ($name in $foreign) { $notices | Should -Match "\b$([regex]::Escape($name))\b" }
        }
        finally {
            $archive.Dispose()
        }
    }
}

# MUED_README=1 writes what was printed into the README, in place of what stands there.
Describe 'The walk of the README' {
    BeforeAll {
        $block = [regex] '(?s)(\n## From two files .*?\n```text\n)(.*?)(?=```)'

        # Names as short as the reader's, so that lines break as there.
        $shop = [System.IO.Directory]::CreateTempSubdirectory('shop').FullName
        $name = 'shop_' + [guid]::NewGuid().ToString('N').Substring(0, 4)
        Invoke-Sql $ServerUrl "CREATE DATABASE $name"
        $own = Get-DatabaseUrl $name
        $null = New-Item -ItemType Directory (Join-Path $shop 'migrations')
        Set-Content (Join-Path $shop 'migrations/0001_customer.sql') @(
            'CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL);'
            "INSERT INTO customer VALUES (1, 'Ada'), (2, 'Grace');"
        )
        Set-Content (Join-Path $shop 'migrations/0002_mail.sql') @(
            'ALTER TABLE customer ADD COLUMN mail text;'
            "UPDATE customer SET mail = lower(name) || '@example.org';"
        )

        # As the reader has it: a folder, a role and a database with names of their own.
        function Get-AsRead([string] $Text) {
            $uri = [uri] $own
            $role = [uri]::UnescapeDataString($uri.UserInfo.Split(':')[0])
            $Text = $Text.Replace("$role@$($uri.Authority)/$name", 'shop@localhost:5432/shop').Replace("role $role ", 'role shop ')
            $Text.Replace($shop, '~/shop').Replace("/$name-", '/shop-') -replace '(?m)[ \r]+$'
        }

        # Without what is different each time: times, ids, versions, blanks, and what only a slow run has to tell.
        function Get-Constant([string] $Text) {
            $Text = $Text -replace '(?m)^Locks that others wait for\n(?:  .*\n)+'
            $Text = $Text -replace '[\d.]+\s+(ms|s|min)\b', '0 s' -replace '(?<=PostgreSQL )[\d.]*\d' -replace '(?<=Plan: |identifier: )\w+'
            $Text = $Text -replace '\d{8}T\d{6}Z|\d{4}-\d\d-\d\d \d\d:\d\dZ', 'then' -replace '\s+|-{3,}'
            $Text -replace 'Otherswaitforthetablesmeanwhile.*?boundsit\.'
        }
    }

    AfterAll {
        Remove-Item $shop -Recurse
        Remove-TestDatabase $own
    }

    It 'prints what stands there, from the packages, in a folder with two SQL files' {
        $told = $block.Match($readme).Groups[2].Value
        $commands = [regex]::Matches($told, '(?m)^PS> (.*)$').ForEach{ $_.Groups[1].Value }
        $commands[0..1].Replace('./packages', $out) | Should -Be (Get-InstallCommand 'Register-PSResourceRepository'), (Get-InstallCommand 'Install-PSResource')
        $walk = Join-Path $TestDrive 'walk.ps1'
        $lines = foreach ($command in $commands) {
            "'PS> $($command.Replace("'", "''"))'"
            $command.Replace('./packages', $out).Replace('postgresql://shop@localhost/shop', $own) + ' | Out-Default'
            "''"
        }
        Set-Content $walk (@("`$ErrorActionPreference = 'Stop'") + ($lines -replace '^(\$env:.*) \| Out-Default$', '$1'))
        $result = Invoke-Pwsh '-File', $walk -WorkingDirectory $shop -Environment @{ HOME = $userHome; XDG_DATA_HOME = $null; XDG_CONFIG_HOME = $null; PSModulePath = $null; DATABASE_URL = $null; NO_COLOR = '1' }
        $result.Err | Should -BeNullOrEmpty
        $result.ExitCode | Should -Be 0
        $printed = (Get-AsRead $result.Out).TrimEnd() -replace '\n{3,}', "`n`n"
        if ($env:MUED_README -eq '1') {
            $told = "$printed`n"
            Set-Content (Join-Path $PSScriptRoot '../../README.md') $block.Replace($readme, { $args[0].Groups[1].Value + $told }, 1) -NoNewline
        }
        Get-Constant $told | Should -Be (Get-Constant $printed)
    }
}
