BeforeDiscovery {
    . $PSScriptRoot/Setup.ps1
    $views = [xml] (Get-Content (Join-Path $PSScriptRoot '../../module/views.xml') -Raw)
    $records = @($views.views.SelectNodes('report | record').ForEach{ @{ Type = $_.type; Report = $_.LocalName -eq 'report' } })
}

BeforeAll {
    . $PSScriptRoot/Setup.ps1
    $database = New-TestDatabase -Base
    $words = @(([xml] (Get-Content (Join-Path $PSScriptRoot '../../module/views.xml') -Raw)).views.state.type)

    # What a script of four commands gives.
    $records = & {
        Test-MuedConnection $database
        Get-MuedMigration $database
        Invoke-MuedMigration $database -DryRun
        Test-MuedSchema $database -ErrorAction SilentlyContinue
    }
}

AfterAll { Remove-TestDatabase $database }

Describe 'A record' {
    It '<Type> has texts for a person, and states that stay words in JSON and in other sessions' -ForEach $records {
        $class = Get-ModuleType 'Mued.PsDb.Core' "Mued.PsDb.$Type"
        # C# gives a record a text of its own, which the compiler marks as such.
        $class.GetMethod('ToString', [type[]] @()).GetCustomAttributes([System.Runtime.CompilerServices.CompilerGeneratedAttribute], $false).Count | Should -Be 0
        if ($Report) { $class.GetProperty('Success').PropertyType | Should -Be ([bool]) }
        foreach ($property in $class.GetProperties()) {
            $value = [Nullable]::GetUnderlyingType($property.PropertyType) ?? $property.PropertyType
            if ($value.IsEnum -and $value.Name -ne 'ExitCode') {
                [Enum]::GetUnderlyingType($value) | Should -Be ([long]) -Because "ConvertTo-Json then writes $Type.$($property.Name) as a word"
                $value.Name | Should -BeIn $words -Because "$Type.$($property.Name) goes to other sessions"
            }
        }
    }

    It 'of another kind than the first of a script is shown without the name of a type' {
        $text = $records | Out-String -Width 120
        $text | Should -Match '(?m)^State +: Pending'
        $text | Should -Match '(?m)^Status +: DryRun'
        $text | Should -Not -Match 'Mued\.PsDb\.|System\.|`\d|<>|\w+ \{ '
        ($text.Trim() -split '\r?\n').Count | Should -BeLessThan 60
    }

    It 'has a text, alone and in a CSV file' {
        foreach ($record in $records) {
            "$record $(($record | ConvertTo-Csv) -join ' ')" | Should -Not -Match 'Mued\.PsDb\.|System\.|`\d|<>'
        }
        "$($records[-2])" | Should -Be "DryRun: $($records[-2].Target)"
        ($records[-2] | ConvertTo-Csv | ConvertFrom-Csv).Migrations | Should -Match '^0006_add_rag_metrics \(Pending\), 0007'
    }

    It 'has its states as words in JSON' {
        $json = $records[-2] | ConvertTo-Json -Depth 6 | ConvertFrom-Json
        $json.Status, $json.Migrations[0].Status, $json.Success | Should -Be 'DryRun', 'Pending', $true
        ($records[1] | ConvertTo-Json | ConvertFrom-Json).State | Should -Be 'Pending'
    }
}

Describe 'A record of another session' {
    BeforeAll {
        $job = Start-Job { Import-Module $args[0]; Get-MuedMigration $args[1]; Invoke-MuedMigration $args[1] -DryRun } -ArgumentList $ModulePath, $database
        $given = @($job | Receive-Job -Wait -AutoRemoveJob)
    }

    It 'is whole, its states are words, and it is shown' {
        $given[-1].Status | Should -BeExactly 'DryRun'
        $given[-1].Migrations[2].Impacts[0].LockModes | Should -Contain 'AccessShareLock'
        $given[0].State -eq 'Pending' | Should -BeTrue
        $given[-1] | Out-String | Should -Match '(?s)Status +: DryRun.*0006_add_rag_metrics \(Pending\)'
    }

    It 'acts on its migration where -Connection or DATABASE_URL names its database, and nowhere else' {
        $other = New-TestDatabase -Base
        $url = $env:DATABASE_URL
        try {
            $env:DATABASE_URL = $other
            { $given[0] | Invoke-MuedMigration -DryRun -ErrorAction Stop } | Should -Throw -ErrorId 'RecordWithoutConnection*'
            $env:DATABASE_URL = $database
            ($given[0] | Invoke-MuedMigration -DryRun).Target | Should -Be $given[0].Target
            ($given[0] | Invoke-MuedMigration -Connection $other -DryRun).Migrations.Reason | Should -Be 'rehearsed and rolled back', 'not chosen', 'not chosen'
        }
        finally {
            [Environment]::SetEnvironmentVariable('DATABASE_URL', $url)
            Remove-TestDatabase $other
        }
    }
}
