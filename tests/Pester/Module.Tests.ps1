BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $database = New-TestDatabase -Base
    $names = @((Import-PowerShellDataFile (Join-Path $PSScriptRoot '../../module/Mued.PsDb.psd1')).CmdletsToExport | Sort-Object)
}

AfterAll { Remove-TestDatabase $database }

Describe 'The module' {
    It 'has a valid manifest' {
        $manifest = Test-ModuleManifest (Join-Path $ModulePath 'Mued.PsDb.psd1')
        $manifest.Version | Should -BeGreaterThan ([version] '0.0.0')
        $manifest.PowerShellVersion | Should -Be ([version] '7.4')
    }

    It 'exports its cmdlets and nothing else' {
        $module = Get-Module Mued.PsDb
        @($module.ExportedCommands.Keys | Sort-Object) | Should -Be $names
        $module.ExportedVariables.Count | Should -Be 0
    }

    It 'ships no assembly that the session brings' {
        (Get-ChildItem $ModulePath -Recurse -Filter '*.dll').Name | Should -Not -Contain 'System.Management.Automation.dll'
    }

    It 'takes the assemblies that were compiled for this runtime and platform, where it has such' {
        $system = if ($IsWindows) { 'win' } elseif ($IsMacOS) { 'osx' } else { 'linux' }
        $architecture = [System.Runtime.InteropServices.RuntimeInformation]::ProcessArchitecture.ToString().ToLowerInvariant()
        $copy = Join-Path $TestDrive 'staged/Mued.PsDb'
        Copy-Item $ModulePath $copy -Recurse
        Get-ChildItem $copy -Filter 'net*.0' | Remove-Item -Recurse
        $fitting = Join-Path $copy "net$([System.Environment]::Version.Major).0" "$system-$architecture"
        $script = "
            Import-Module '$copy'
            (Test-MuedConnection '$database').Success
            [System.AppDomain]::CurrentDomain.GetAssemblies().Location.Where{ `$_ -match 'Npgsql|Mued.PsDb(.Core)?.dll' }"

        # Empty, as a module that is put in the place of another may leave it.
        $null = New-Item -ItemType Directory $fitting
        (Invoke-Pwsh '-Command', $script).Out.Trim() -split '\r?\n' | Sort-Object |
            Should -Be (@('Mued.PsDb.Core.dll', 'Mued.PsDb.dll', 'Npgsql.dll').ForEach{ Join-Path $copy $_ } + 'True')
        foreach ($other in 'net9.0', 'net10.0/other-x64') { $null = New-Item -ItemType Directory (Join-Path $copy $other) }
        Copy-Item "$copy/*.dll" $fitting -Exclude '*.Loader.dll', 'System.*'
        (Invoke-Pwsh '-Command', $script).Out.Trim() -split '\r?\n' | Sort-Object |
            Should -Be (@('Mued.PsDb.Core.dll', 'Mued.PsDb.dll', 'Npgsql.dll').ForEach{ Join-Path $fitting $_ } + 'True')
    }

    It 'holds the SQL of Phase 2' {
        Join-Path $ModulePath 'sql/migrations/0006_add_rag_metrics.sql' | Should -Exist
    }

    It 'is imported without a warning, again with -Force, leaves nothing behind when it is removed, and comes back' {
        $result = Invoke-Pwsh '-Command', "
            Import-Module '$ModulePath'
            foreach (`$i in 1..3) { Import-Module '$ModulePath' -Force }
            (Get-Command -Module Mued.PsDb).Count
            (Get-Command Test-MuedConnection).Source
            Remove-Module Mued.PsDb
            @(Get-Command '*-Mued*').Count
            @(Get-Module -All | Where-Object Name -match 'Mued').Count
            Import-Module '$ModulePath'
            @(Get-Command '*-Mued*').Count"
        $result.Err | Should -BeNullOrEmpty
        # PowerShell warns of a verb that is not approved.
        $result.Text | Should -Not -Match 'WARNING'
        $result.Out.Trim() -split '\r?\n' | Should -Be $names.Count, 'Mued.PsDb', '0', '0', $names.Count
    }

    It 'is not disturbed by another Npgsql in the session' {
        # Add-Type names its assemblies at random, so its compiler is called by hand; Add-Type only loads it.
        $script = @"
            Add-Type -TypeDefinition 'public class Anything { }'
            `$tree = [Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree]::ParseText('[assembly: System.Reflection.AssemblyVersion("4.0.0.0")] namespace Npgsql { public class NpgsqlConnection { } }')
            `$core = [Microsoft.CodeAnalysis.MetadataReference]::CreateFromFile([object].Assembly.Location)
            `$options = [Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions]::new('DynamicallyLinkedLibrary')
            `$compilation = [Microsoft.CodeAnalysis.CSharp.CSharpCompilation]::Create('Npgsql', [Microsoft.CodeAnalysis.SyntaxTree[]] `$tree, [Microsoft.CodeAnalysis.MetadataReference[]] `$core, `$options)
            [void] [Microsoft.CodeAnalysis.FileSystemExtensions]::Emit(`$compilation, '$TestDrive/Npgsql.dll')
            [void] [System.Reflection.Assembly]::LoadFrom('$TestDrive/Npgsql.dll')
            Import-Module '$ModulePath'
            (Test-MuedConnection '$database').Success
            [System.AppDomain]::CurrentDomain.GetAssemblies().Where{ `$_.GetName().Name -eq 'Npgsql' }.ForEach{ `$_.GetName().Version.Major } | Sort-Object
            [Npgsql.NpgsqlConnection].Assembly.GetName().Version.Major
"@
        $result = Invoke-Pwsh '-Command', $script
        $result.Err | Should -BeNullOrEmpty
        $result.Out.Trim() -split '\r?\n' | Should -Be 'True', '4', '10', '4'
    }

    It 'keeps its dependencies out of the session' {
        $assemblies = [System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies.ForEach{ $_.GetName().Name }
        $assemblies | Should -Contain 'Mued.PsDb.Loader'
        $assemblies | Should -Not -Contain 'Npgsql'
        $assemblies | Should -Not -Contain 'Mued.PsDb.Core'
    }

    It 'works from a folder that cannot be written to, without a home, in any culture' {
        $script = "foreach (`$culture in 'tr-TR', 'ja-JP') { [cultureinfo]::CurrentCulture = [cultureinfo]::CurrentUICulture = `$culture; Import-Module '$ModulePath' -Force; (Test-MuedConnection '$database').Success; @(Get-MuedMigration '$database').Count }"
        $result = Invoke-Pwsh '-Command', $script -Environment @{ HOME = $null; XDG_CONFIG_HOME = $null; XDG_CACHE_HOME = $null } -WorkingDirectory '/'
        $result.Err | Should -BeNullOrEmpty
        $result.Out.Trim() -split '\r?\n' | Should -Be 'True', '3', 'True', '3'
    }
}

Describe 'PSScriptAnalyzer' -Tag ScriptAnalyzer {
    It 'has nothing to say of the module' {
        Invoke-ScriptAnalyzer -Path (Join-Path $PSScriptRoot '../../module') -Recurse | ForEach-Object { "$($_.RuleName) $($_.ScriptName):$($_.Line)" } | Should -BeNullOrEmpty
    }
}
