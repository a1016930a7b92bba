# The assemblies get a load context of their own, so that Npgsql and what it needs clash with nothing in the session.
# No command of another module is called before that: each would load its module and double the time of the import.

$loader = [System.Reflection.Assembly]::LoadFrom([System.IO.Path]::Combine($PSScriptRoot, 'Mued.PsDb.Loader.dll'))
$cmdlets = $loader.GetType('Mued.PsDb.Loader.ModuleLoadContext', $true)::LoadModule($PSScriptRoot)
$inner = Import-Module -Assembly $cmdlets -PassThru

# PowerShell keeps the inner module in its table when the outer one is removed, and would then skip it at the next import,
# which exports nothing (https://github.com/PowerShell/PowerShell/issues/20710).
$ExecutionContext.SessionState.Module.OnRemove = { Remove-Module -ModuleInfo $inner -Force }
