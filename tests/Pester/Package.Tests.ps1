BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $version = (Import-PowerShellDataFile (Join-Path $ModulePath 'Mued.PsDb.psd1')).ModuleVersion
    $project = [System.IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../../src/Mued.PsDb/Mued.PsDb.csproj'))
    $out = Join-Path $TestDrive 'packages/'
    $said = dotnet msbuild $project -t:Pack -p:NoBuild=true -nodeReuse:false "-p:PackageOutputPath=$out" -v:q --nologo
    if ($LASTEXITCODE) { throw ($said -join "`n") }
}

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

    It 'for a PowerShell repository installs from a local folder and imports' {
        $target = Join-Path $TestDrive 'modules'
        $script = "
            `$ErrorActionPreference = 'Stop'
            Register-PSResourceRepository -Name MuedTest -Uri '$out' -Trusted
            try { Save-PSResource -Name Mued.PsDb -Repository MuedTest -Path (New-Item -ItemType Directory '$target').FullName -TrustRepository }
            finally { Unregister-PSResourceRepository -Name MuedTest }
            `$env:PSModulePath = '$target'
            Import-Module Mued.PsDb
            (Get-Module Mued.PsDb).Version.ToString()
            (Get-Module Mued.PsDb).Path"
        $result = Invoke-Pwsh '-Command', $script -Environment @{ HOME = (New-Item -ItemType Directory (Join-Path $TestDrive 'home')).FullName }
        $result.Err | Should -BeNullOrEmpty
        $lines = $result.Out.Trim() -split '\r?\n'
        $lines[-2] | Should -Be $version
        $lines[-1] | Should -BeLike "$target*"
    }
}
