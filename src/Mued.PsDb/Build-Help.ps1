# Makes the MAML of Get-Help from the Markdown in module/help. Exit code 3: there is no PlatyPS here.
param(
    [Parameter(Mandatory)] [string] $Source,
    [Parameter(Mandatory)] [string] $Destination
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module Microsoft.PowerShell.PlatyPS -ListAvailable)) { exit 3 }

Import-Module Microsoft.PowerShell.PlatyPS
$made = Join-Path ([System.IO.Path]::GetDirectoryName($Destination)) 'maml'
$help = Get-ChildItem -LiteralPath $Source -Filter '*.md' | ForEach-Object { Import-MarkdownCommandHelp -LiteralPath $_.FullName }

# Get-Help shows examples as they are; the fences are for readers of the Markdown.
foreach ($example in $help.Examples) { $example.Remarks = $example.Remarks -replace '(?m)^```\w*\r?\n?' }
$null = Export-MamlCommandHelp -CommandHelp $help -OutputFolder $made -Force
Get-ChildItem -LiteralPath $made -Recurse -Filter '*-Help.xml' | Copy-Item -Destination $Destination
