@{
    RootModule           = 'Mued.PsDb.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '6d0a4f0e-5c1b-4e7a-9a57-3f0f6a2b7c41'
    Author               = 'Mued.PsDb contributors'
    CompanyName          = 'MUED'
    Copyright            = '(c) Mued.PsDb contributors. MIT licence.'
    Description          = 'Migrates, verifies and undoes PostgreSQL schemas: exact under crashes, safe for live traffic.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    TypesToProcess       = @('Mued.PsDb.Types.ps1xml')
    FormatsToProcess     = @('Mued.PsDb.Format.ps1xml')
    FunctionsToExport    = @()
    CmdletsToExport      = @(
        'Compare-MuedSchema'
        'Export-MuedSchema'
        'Get-MuedMigration'
        'Get-MuedPlugin'
        'Import-MuedHistory'
        'Invoke-MuedMigration'
        'New-MuedMigration'
        'Restore-MuedBackup'
        'Test-MuedConnection'
        'Test-MuedHealth'
        'Test-MuedMigration'
        'Test-MuedPlugin'
        'Test-MuedSchema'
        'Test-MuedSlo'
        'Undo-MuedMigration'
        'Update-MuedMetric'
    )
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags       = @('PostgreSQL', 'Postgres', 'migration', 'schema', 'database', 'Neon', 'DevOps')
            LicenseUri = 'https://opensource.org/license/mit'
        }
    }
}
