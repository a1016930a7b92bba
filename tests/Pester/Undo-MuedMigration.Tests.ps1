BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $database = New-TestDatabase -Base
    Push-Location (New-Item -ItemType Directory (Join-Path $TestDrive 'here'))
}

AfterAll {
    Pop-Location
    Remove-TestDatabase $database
}

Describe 'Undo-MuedMigration and Restore-MuedBackup' {
    BeforeEach {
        $null = Invoke-MuedMigration $database
        Invoke-Sql $database "DELETE FROM plugin_registry WHERE source = 'mine'; INSERT INTO plugin_registry (name, source, capabilities, version) VALUES ('Mine', 'mine', '{}', '1')"
    }

    It 'ask before anything is lost: nobody there to answer is no (interactive: <_>)' -ForEach $false, $true {
        $script = "Import-Module '$ModulePath'; Undo-MuedMigration '$database'; 'went on: ' + `$?; try { Undo-MuedMigration '$database' -ErrorAction Stop } catch { 'id=' + `$_.FullyQualifiedErrorId; exit `$_.Exception.ExitCode }"
        $result = Invoke-Pwsh -Interactive:$_ '-Command', $script
        $result.Err | Should -Match 'needs a confirmation.*-Force'
        $result.Out | Should -Match 'went on: False'
        $result.ExitCode | Should -Be 2
        $result.Out | Should -Match 'id=ConfirmationNeeded,Mued.PsDb.Commands.UndoMuedMigrationCommand'
        Invoke-Sql $database 'SELECT count(*) FROM plugin_registry' | Should -Be 3
        (Get-Command Undo-MuedMigration).ImplementingType.GetCustomAttributes($false).Where{ $_ -is [System.Management.Automation.CmdletAttribute] }.ConfirmImpact | Should -Be 'High'
    }

    It 'tell with -WhatIf what would be lost, and with -Force as well' {
        $result = Invoke-Pwsh '-Command', "Import-Module '$ModulePath'; foreach (`$force in `$true, `$false) { Undo-MuedMigration '$database' -WhatIf -Force:`$force }"
        $result.Err | Should -BeNullOrEmpty
        [regex]::Matches($result.Out, 'What if:.*rollback_0006.*plugin_registry.*3 rows') | Should -HaveCount 2
        Invoke-Sql $database 'SELECT count(*) FROM plugin_registry' | Should -Be 3
    }

    It 'rehearse with -DryRun' {
        (Undo-MuedMigration $database -DryRun).Status | Should -Be 'DryRun'
        Invoke-Sql $database 'SELECT count(*) FROM plugin_registry' | Should -Be 3
        Get-ChildItem | Should -BeNullOrEmpty
    }

    It 'take Phase 2 away with a copy of its rows, and bring them back' {
        $undo = Undo-MuedMigration $database -Force -BackupPath TestDrive:/copy
        $undo.Status | Should -Be 'Succeeded'
        $undo.Backup.Rows | Should -Be 3
        Invoke-Sql $database "SELECT to_regclass('plugin_registry') IS NULL" | Should -BeTrue
        (Get-MuedMigration $database).State | Should -Not -Contain 'Applied'

        $null = Invoke-MuedMigration $database
        $result = Invoke-Pwsh '-Command', "Import-Module '$ModulePath'; Restore-MuedBackup '$database' -Path '$($undo.Backup.Path)' -WhatIf"
        $result.Out | Should -Match 'What if: .*for about \d.* or longer'
        $restore = Restore-MuedBackup $database -Path $undo.Backup.Path
        $restore.Status | Should -Be 'Succeeded'
        Invoke-Sql $database "SELECT name FROM plugin_registry WHERE source = 'mine'" | Should -Be 'Mine'
        Test-MuedSchema $database -Quiet | Should -BeTrue
    }

    It 'put the copy into the current location unless told otherwise' {
        $undo = Undo-MuedMigration $database -Force
        Split-Path $undo.Backup.Path | Should -Be $PWD.ProviderPath
    }

    It 'destroy the rows only when told to' {
        $undo = Undo-MuedMigration $database -Confirm:$false -NoBackup
        $undo.Status | Should -Be 'Succeeded'
        $undo.Backup | Should -BeNullOrEmpty
    }

    It 'say that a copy is not there' {
        Restore-MuedBackup $database -Path ./nothing -ErrorVariable failure -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failure[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
        $failure[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'are told in a list and a table' {
        $text = Undo-MuedMigration $database -DryRun | Format-List | Out-String -Width 80
        $text | Should -Match 'Tables lost +: .*plugin_registry'
        foreach ($line in (Undo-MuedMigration $database -DryRun | Out-String -Width 80) -split '\r?\n') { $line.Length | Should -BeLessOrEqual 80 }
    }
}
