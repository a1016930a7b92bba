BeforeAll {
    . $PSScriptRoot/Setup.ps1

    # A server of this file's own, so that TLS can be switched on: it goes when it is disposed, or with this process.
    $options = [Activator]::CreateInstance((Get-ModuleType 'Mued.PsDb.Core' 'Mued.PsDb.SandboxOptions'))
    $server = (Get-ModuleType 'Mued.PsDb.Core' 'Mued.PsDb.SandboxServer')::StartAsync($options, [System.Threading.CancellationToken]::None).GetAwaiter().GetResult()
    $uri = [uri] $server.Url
    Invoke-Sql $server.Url (Get-Content (Join-Path $SqlPath 'sandbox/base.sql') -Raw)

    # db.example.com is the name of another machine, whatever address it is reached at.
    function Get-Url([string] $HostName, [string] $Query) { "postgresql://$($uri.UserInfo)@${HostName}:$($uri.Port)/postgres?$Query" }
    $withoutTls = try { $null = Test-MuedConnection (Get-Url 'db.example.com' 'hostaddr=127.0.0.1') -ErrorAction Stop } catch { $_ }

    function New-Authority([string] $Name) {
        $request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new("CN=$Name", [System.Security.Cryptography.ECDsa]::Create(), 'SHA256')
        $request.CertificateExtensions.Add([System.Security.Cryptography.X509Certificates.X509BasicConstraintsExtension]::new($true, $false, 0, $true))
        $certificate = $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddDays(-2), [DateTimeOffset]::UtcNow.AddDays(2))
        Set-Content "$TestDrive/$Name.pem" $certificate.ExportCertificatePem()
        $certificate
    }

    # The server's own process writes its files, so that they belong to the account that it runs as.
    function Set-ServerFile([string] $Name, [string] $Text) {
        Invoke-Sql $server.Url "COPY (SELECT unnest(string_to_array('$Text', E'\n'))) TO PROGRAM 'umask 077; cat > $Name'"
    }

    $key = [System.Security.Cryptography.ECDsa]::Create()
    $request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=localhost', $key, 'SHA256')
    $names = [System.Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
    $names.AddDnsName('localhost')
    $request.CertificateExtensions.Add($names.Build())
    $certificate = $request.Create((New-Authority 'right'), [DateTimeOffset]::UtcNow.AddDays(-1), [DateTimeOffset]::UtcNow.AddDays(1), [byte[]] (1..8))
    $null = New-Authority 'other'
    Set-ServerFile 'server.crt' $certificate.ExportCertificatePem()
    Set-ServerFile 'server.key' $key.ExportPkcs8PrivateKeyPem()
    Invoke-Sql $server.Url 'ALTER SYSTEM SET ssl = on'
    $null = Invoke-Sql $server.Url 'SELECT pg_reload_conf()'
    Wait-Until { (Invoke-Sql $server.Url "SELECT current_setting('ssl')") -eq 'on' }

    $savedRoot = $env:PGSSLROOTCERT
}

AfterAll { $server.DisposeAsync().AsTask().GetAwaiter().GetResult() }

Describe 'TLS' {
    AfterEach { $env:PGSSLROOTCERT = $savedRoot }

    It 'with sslmode=verify-full, the right name and the authority in PGSSLROOTCERT is what the report tells' {
        $env:PGSSLROOTCERT = "$TestDrive/right.pem"
        $report = Test-MuedConnection (Get-Url 'localhost' 'sslmode=verify-full')
        $report.Success | Should -BeTrue
        $report.Tls | Should -BeTrue
        $report.TlsProtocol | Should -Match '^Tls1'
    }

    It 'with sslmode=verify-full fails, and says that it is <Name>' -ForEach @(
        @{ Name = 'the name'; HostName = '127.0.0.1'; Authority = 'right'; Id = 'TlsNameMismatch'; Message = '^The certificate of \S+@127\.0\.0\.1:\d+/postgres was issued for another name' }
        @{ Name = 'the authority'; HostName = 'localhost'; Authority = 'other'; Id = 'TlsUnknownAuthority'; Message = '^The certificate of \S+@localhost:\d+/postgres was issued by an authority that is not trusted' }
    ) {
        $env:PGSSLROOTCERT = "$TestDrive/$Authority.pem"
        $failure = { Test-MuedConnection (Get-Url $HostName 'sslmode=verify-full') -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*" -PassThru
        [string] $failure | Should -Match $Message
        $failure.CategoryInfo.Category | Should -Be 'ConnectionError'
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'is required of another machine when the connection says nothing' {
        (Test-MuedConnection (Get-Url 'db.example.com' 'hostaddr=127.0.0.1')).Tls | Should -BeTrue
        $withoutTls.FullyQualifiedErrorId | Should -BeLike 'TlsNotSupported,*'
    }

    It 'that is switched off for another machine is warned of, and not for this one' {
        (Test-MuedConnection (Get-Url 'db.example.com' 'hostaddr=127.0.0.1&sslmode=disable') -WarningVariable warnings -WarningAction SilentlyContinue).Tls | Should -BeFalse
        $warnings | Should -Match 'sslmode=disable.*unencrypted'
        (Test-MuedConnection (Get-Url '127.0.0.1' 'sslmode=disable') -WarningVariable none).Tls | Should -BeFalse
        $none | Should -BeNullOrEmpty
    }
}
