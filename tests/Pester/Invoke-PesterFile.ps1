# Runs one Pester file, or all of them, and exits with the number of tests that failed or were skipped. `dotnet test` calls it for each
# file; to run it by hand, set MUED_PESTER_URL to the URL of a server on which databases may be created and dropped.
param([string] $Path = "$PSScriptRoot/*.Tests.ps1", [string] $Pester = 'Pester')

$ErrorActionPreference = 'Stop'
Import-Module $Pester
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
# PSScriptAnalyzer is in none of the sources that the build restores from: its tests run where they are asked for, and then must.
if ($env:MUED_SCRIPT_ANALYZER -ne '1') { $configuration.Filter.ExcludeTag = 'ScriptAnalyzer' }
$configuration.Output.Verbosity = 'Normal'
$configuration.Output.RenderMode = 'Plaintext'
$configuration.Output.StackTraceVerbosity = 'FirstLine'
$result = Invoke-Pester -Configuration $configuration
if ($result.TotalCount -eq 0) { throw "$Path holds no test." }
$unproven = $result.SkippedCount + $result.InconclusiveCount
if ($unproven) { Write-Host "$unproven skipped: a test that cannot run has failed." }
exit [Math]::Min($result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount + $unproven, 125)
