# Dot-sourced by every Pester file: the staged module, and a way to SQL that does not lead through the code under test.
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3

$script:ModulePath = [System.IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../../output/Mued.PsDb'))
$script:SqlPath = [System.IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../../sql'))
$script:ServerUrl = $env:MUED_PESTER_URL
Import-Module $script:ModulePath

# A type that the module keeps in its own load context.
function Get-ModuleType([string] $Assembly, [string] $Name) {
    $context = [System.Runtime.Loader.AssemblyLoadContext]::All.Where({ $_.GetType().FullName -eq 'Mued.PsDb.Loader.ModuleLoadContext' }, 'First')[0]
    $context.LoadFromAssemblyName([System.Reflection.AssemblyName] $Assembly).GetType($Name, $true)
}

function Connect-TestServer([string] $Url) {
    $uri = [uri] $Url
    $user, $password = $uri.UserInfo.Split(':', 2).ForEach{ [uri]::UnescapeDataString($_) }
    $connection = [Activator]::CreateInstance((Get-ModuleType 'Npgsql' 'Npgsql.NpgsqlConnection'), [object[]] "Host=$($uri.Host);Port=$($uri.Port);Username=$user;Password=$password;Database=$($uri.AbsolutePath.TrimStart('/'));Pooling=false;GSS Encryption Mode=Disable")
    $connection.Open()
    $connection
}

# Runs SQL and gives the first column of every row.
function Invoke-Sql([string] $Url, [string] $Sql) {
    $connection = Connect-TestServer $Url
    try {
        $command = $connection.CreateCommand()
        $command.CommandText = $Sql
        $reader = $command.ExecuteReader()
        while ($reader.Read()) { $reader.GetValue(0) }
        $reader.Close()
    }
    finally {
        $connection.Dispose()
    }
}

function Get-DatabaseUrl([string] $Name) {
    $uri = [UriBuilder] $script:ServerUrl
    $uri.Path = $Name
    $uri.Uri.AbsoluteUri
}

# A fresh database; with -Base the tables on which Phase 2 stands.
function New-TestDatabase([switch] $Base) {
    $name = 'mued_pester_' + [guid]::NewGuid().ToString('N').Substring(0, 12)
    Invoke-Sql $script:ServerUrl "CREATE DATABASE $name"
    $url = Get-DatabaseUrl $name
    if ($Base) { Invoke-Sql $url (Get-Content (Join-Path $script:SqlPath 'sandbox/base.sql') -Raw) }
    $url
}

function Remove-TestDatabase([string[]] $Url) {
    foreach ($one in $Url) {
        if ($one) { Invoke-Sql $script:ServerUrl "DROP DATABASE IF EXISTS $(([uri] $one).AbsolutePath.TrimStart('/')) WITH (FORCE)" }
    }
}

# Waits for what another process does in its own time; a minute is for a crowded machine.
function Wait-Until([scriptblock] $Condition) {
    $end = [datetime]::UtcNow.AddMinutes(1)
    while (-not (& $Condition)) {
        if ([datetime]::UtcNow -gt $end) { throw "This did not come true within a minute: $Condition" }
        Start-Sleep -Milliseconds 50
    }
}

# A folder of migrations: New-MigrationFolder @{ '0001_a.sql' = 'SELECT 1' }
function New-MigrationFolder([System.Collections.IDictionary] $Files) {
    $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid().ToString('N')))
    foreach ($name in $Files.Keys) { Set-Content -LiteralPath (Join-Path $folder $name) -Value $Files[$name] }
    $folder.FullName
}

# The words that start this PowerShell again: as a .NET tool it is `dotnet pwsh.dll`, else a program of its own.
$script:Pwsh = @([Environment]::ProcessPath)
if ([System.IO.Path]::GetFileNameWithoutExtension($Pwsh[0]) -eq 'dotnet') { $script:Pwsh += [Environment]::GetCommandLineArgs()[0] }

# How a fresh pwsh starts that somebody else will listen to.
function New-PwshStart([string[]] $Arguments) {
    $program, $words = @($Pwsh) + '-NoProfile' + $Arguments
    $start = [System.Diagnostics.ProcessStartInfo]::new($program)
    foreach ($word in $words) { $start.ArgumentList.Add($word) }
    $start.RedirectStandardOutput = $start.RedirectStandardError = $start.RedirectStandardInput = $true
    $start
}

# Runs a script in a fresh pwsh, as a pipeline task would, or with -Interactive as a person whose input is at its end; gives its exit
# code and what it printed on standard output and error.
function Invoke-Pwsh([string[]] $Arguments, [hashtable] $Environment = @{}, [string] $WorkingDirectory = $TestDrive, [switch] $Interactive) {
    $start = New-PwshStart (@('-NonInteractive').Where{ -not $Interactive } + $Arguments)
    $start.WorkingDirectory = $WorkingDirectory
    foreach ($name in $Environment.Keys) {
        if ($null -eq $Environment[$name]) { [void] $start.Environment.Remove($name) } else { $start.Environment[$name] = $Environment[$name] }
    }
    $process = [System.Diagnostics.Process]::Start($start)
    $process.StandardInput.Close()
    $out = $process.StandardOutput.ReadToEndAsync()
    $err = $process.StandardError.ReadToEndAsync()
    $process.WaitForExit()
    [pscustomobject]@{ ExitCode = $process.ExitCode; Out = $out.Result; Err = $err.Result; Text = $out.Result + $err.Result }
}
