# Runs one Pester file, or all of them, and exits with the number of failed tests. `dotnet test` calls it for each file;
# to run it by hand, set MUED_PESTER_URL to the URL of a server on which databases may be created and dropped.
param([string] $Name = '*.Tests.ps1')

$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.0
$configuration = New-PesterConfiguration
$configuration.Run.Path = Join-Path $PSScriptRoot $Name
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$configuration.Output.RenderMode = 'Plaintext'
$configuration.Output.StackTraceVerbosity = 'FirstLine'
$result = Invoke-Pester -Configuration $configuration
$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
if ($result.TotalCount -eq 0) { throw "$Name holds no test." }
exit [Math]::Min($failed, 125)
