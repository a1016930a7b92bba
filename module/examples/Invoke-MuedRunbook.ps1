<#
.SYNOPSIS
The daily look at MUED databases: connection, health, pending migrations, schema with data, the metrics of missing days, objectives, plugins.

.DESCRIPTION
Writes one line of JSON for each database to standard output, as mued-runbook.schema.json describes it, and a page for people to -ReportFolder.
The exit code is 0 when all is well, 1 when a check failed, 3 when a database could not be reached.

.PARAMETER Connection
The databases: connection URIs or strings. Without it the one that DATABASE_URL names.

.PARAMETER ListFile
A file with one connection a line, in place of -Connection; empty lines and those that begin with # are passed over.

.PARAMETER Credential
The role and its password, as an Automation account keeps them; for all databases.

.PARAMETER ReportFolder
Where the page (runbook.html) and the reports of health are kept, against which the next day's growth is told.

.EXAMPLE
pwsh -NoProfile -NonInteractive -File Invoke-MuedRunbook.ps1 -ListFile databases.txt -ReportFolder /var/lib/mued
#>
#requires -Version 7.4
[CmdletBinding()]
param(
    [string[]] $Connection,
    [string] $ListFile,
    [pscredential] $Credential,
    [string] $ReportFolder
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module Mued.PsDb
$columns = 'connection', 'health', 'pending', 'schema', 'metrics', 'objectives', 'plugins'

# One step of one database. What goes wrong is the step's, not the runbook's.
function Invoke-Step([System.Collections.IDictionary] $Line, [string] $Name, [scriptblock] $Work) {
    $problems = @()
    try { $status, $detail = & $Work }
    catch {
        $status = 'Failed'
        $detail = @()
        $problems = @($_.Exception.Message)
    }
    $Line[$Name] = [ordered] @{ status = "$status"; detail = @($problems) + @($detail | ForEach-Object { "$_" } | Where-Object { $_ }) }
}

function Get-Status([bool] $Success, $Detail) {
    if ($Success) { 'Passed' } else { 'Failed' }
    , @($Detail)
}

function Test-Database([System.Collections.IDictionary] $Common, [string] $Name) {
    $clock = [System.Diagnostics.Stopwatch]::StartNew()
    $line = [ordered] @{ time = [DateTimeOffset]::UtcNow.ToString('o'); target = $Name; healthy = $false; reached = $false; latencyMs = $null; durationMs = 0 }
    foreach ($column in $columns) { $line[$column] = [ordered] @{ status = 'Skipped'; detail = @() } }
    $script:found = $null
    Invoke-Step $line connection {
        $script:found = Test-MuedConnection @Common -ErrorAction SilentlyContinue -ErrorVariable problem
        if (-not $script:found) { throw $problem[0].Exception.Message }
        Get-Status $script:found.Success ($script:found.Checks | Where-Object Status -EQ Failed | ForEach-Object { "$($_.Name): $($_.Detail)" })
    }
    $database = $script:found
    if ($database) {
        $line.target = $database.Target
        $line.reached = -not $database.Error
    }
    if ($line.reached) {
        $line.latencyMs = [math]::Round($database.Latency.TotalMilliseconds, 2)
        Invoke-Step $line health {
            $more = @{}
            if ($ReportFolder) {
                $report = Join-Path $ReportFolder "health-$($database.Target -replace '[^A-Za-z0-9.-]', '_').json"
                if (Test-Path $report) { $more.Since = $report }
                $more.ReportPath = $report
            }
            $health = Test-MuedHealth @Common @more
            $told = $health.Checks | Where-Object Status -NE Passed | ForEach-Object { "$($_.Name) $($_.Status): $($_.Detail)" }
            Get-Status $health.Success $told
        }
        Invoke-Step $line pending {
            $pending = @(Get-MuedMigration @Common | Where-Object State -NE Applied)
            Get-Status ($pending.Count -eq 0) ($pending | ForEach-Object { "$($_.Name) $($_.State)" })
        }
        Invoke-Step $line schema {
            $schema = Test-MuedSchema @Common -IncludeData
            Get-Status $schema.Passed ($schema.Checks | Where-Object Failed | ForEach-Object { "$($_.Kind) $($_.Name) $($_.Status)" })
        }
        if ("$($database.Phase2)" -eq 'Complete') {
            Invoke-Step $line metrics {
                # The days of the window again, for dialogues may come late and a day without any needs its row too; in Tokyo it is nine hours later.
                $from = [DateTime]::UtcNow.AddHours(9).Date.AddDays(-7)
                $days = @((Update-MuedMetric @Common -Missing).Days) + @((Update-MuedMetric @Common -From $from).Days)
                'Passed'
                , @($days | Where-Object Status -NE Unchanged | ForEach-Object { "$($_.Day.ToString('yyyy-MM-dd')) $($_.Status)" })
            }
            Invoke-Step $line objectives {
                $slo = Test-MuedSlo @Common
                $told = @($slo.Objectives | Where-Object Status -NE Passed | ForEach-Object { "$($_.Name) $($_.Status)$($null -eq $_.Value ? '' : ": $($_.Value)")" })
                $told += @($slo.MissingDays | ForEach-Object { "no row of $($_.ToString('yyyy-MM-dd'))" })

                # Without data nothing can be said of an objective; that is no failure.
                if ($slo.Success -and $slo.Objectives.Where{ "$($_.Status)" -eq 'Unknown' }) { 'Unknown', $told } else { Get-Status $slo.Success $told }
            }
            Invoke-Step $line plugins {
                $plugins = Test-MuedPlugin @Common
                $told = @($plugins.Checks) + @($plugins.Plugins | ForEach-Object { $_.Checks }) | Where-Object Status -NE Passed
                Get-Status $plugins.Success ($told | ForEach-Object { "$($_.Name): $($_.Detail)" })
            }
        }
    }
    $line.healthy = -not ($columns | Where-Object { $line[$_].status -eq 'Failed' })
    $line.durationMs = $clock.ElapsedMilliseconds
    $line
}

function ConvertTo-Page($Lines) {
    $encode = { param($text) [System.Net.WebUtility]::HtmlEncode("$text") }
    $rows = foreach ($line in $Lines) {
        $cells = foreach ($column in $columns) {
            $step = $line[$column]
            "<td data-label=""$column""><b class=""$($step.status)"">$($step.status)</b>$($step.detail | ForEach-Object { "<br>$(& $encode $_)" })</td>"
        }
        "<tr><th scope=""row"">$(& $encode $line.target)</th>$cells</tr>"
    }
    @"
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>MUED runbook</title>
<style>
:root{color-scheme:light dark;--done:#1f7a43;--fail:#b3261e;--soft:#5b6472;--line:#d5dae1}
@media(prefers-color-scheme:dark){:root{--done:#63c98b;--fail:#ff8a80;--soft:#9aa5b4;--line:#353d49}}
body{margin:2rem auto;max-width:100rem;padding:0 1rem;font:15px/1.5 system-ui,sans-serif}.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.85rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th,td{min-width:9rem}.Passed{color:var(--done)}.Failed{color:var(--fail)}.Skipped,.Unknown{color:var(--soft)}
@media(max-width:60rem){table,tbody,tr,td,th{display:block;min-width:0}thead{display:none}td::before{content:attr(data-label)": ";color:var(--soft)}}
</style></head><body>
<h1>MUED runbook</h1>
<p>$(@($Lines | Where-Object { $_.healthy }).Count) of $(@($Lines).Count) databases are healthy, $([DateTimeOffset]::UtcNow.ToString('yyyy-MM-dd HH:mm')) UTC.</p>
<div class="scroll"><table><thead><tr><th>database</th>$($columns | ForEach-Object { "<th>$_</th>" })</tr></thead><tbody>
$($rows -join "`n")
</tbody></table></div></body></html>
"@
}

if ($ListFile) { $Connection = @(Get-Content $ListFile | Where-Object { $_.Trim() -and -not $_.StartsWith('#') }) }
if ($ReportFolder) { $ReportFolder = (New-Item -ItemType Directory -Force $ReportFolder).FullName }
$targets = if ($Connection) { $Connection } else { @($null) }
$number = 0
$lines = @(foreach ($target in $targets) {
        $number++
        $common = @{}
        if ($target) { $common.Connection = $target }
        if ($Credential) { $common.Credential = $Credential }
        $line = Test-Database $common "database $number"
        [Console]::Out.WriteLine(($line | ConvertTo-Json -Compress -Depth 4))
        $line
    })
if ($ReportFolder) { Set-Content (Join-Path $ReportFolder 'runbook.html') (ConvertTo-Page $lines) -Encoding utf8 }
exit ($lines.Where{ -not $_.reached } ? 3 : $lines.Where{ -not $_.healthy } ? 1 : 0)
