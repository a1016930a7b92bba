using System.Data;
using System.Runtime.CompilerServices;
using Mued.PsDb.Connections;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb;

/// <summary>A database to connect to, and where that was said. Nothing public here, nor its text, holds a secret.</summary>
public sealed class ConnectionSettings
{
    private static readonly ConditionalWeakTable<NpgsqlConnection, TlsLink> Links = [];
    private static readonly ConditionalWeakTable<NpgsqlConnection, NpgsqlDataSource> Sources = [];

    private readonly NpgsqlConnectionStringBuilder driver;
    private readonly TlsVerification tls;
    private readonly PassFile? passFile;
    private readonly string? certificateName;

    private ConnectionSettings(
        ConnectionParameters parameters,
        EnvironmentVariables environment,
        IReadOnlyList<ConnectionEndpoint> endpoints,
        ConnectionRequest request
    )
    {
        SslMode = DriverSettings.SslMode(parameters, endpoints);
        tls = TlsVerification.From(parameters, SslMode, environment);
        driver = DriverSettings.Create(parameters, endpoints, SslMode, request.ConnectTimeout);
        passFile = driver.Password is null ? PassFile.Load(parameters, environment) : null;
        certificateName = parameters["hostaddr"] is null ? null : endpoints[0].Host;
        TargetSession = DriverSettings.TargetSession(parameters);
        RetryTimeout = request.RetryTimeout;
        Endpoints = endpoints;
        Source = parameters.Source;
        Warnings = parameters.Warnings.ToArray();
        Redactor = new(driver.Password, driver.SslPassword);
    }

    private ConnectionSettings(ConnectionSettings original, Action<NpgsqlConnectionStringBuilder> change)
    {
        driver = new(original.driver.ConnectionString);
        change(driver);
        passFile = driver.Password is null ? original.passFile : null;
        (SslMode, tls, certificateName) = (original.SslMode, original.tls, original.certificateName);
        (TargetSession, RetryTimeout, Endpoints) = (original.TargetSession, original.RetryTimeout, original.Endpoints);
        (Source, Warnings, Redactor) = (original.Source, original.Warnings, new(driver.Password, driver.SslPassword));
        Schema = original.Schema;
    }

    /// <summary>
    /// The database as user@host:port/database, with the schema behind it where that is the target; several hosts are separated by commas.
    /// </summary>
    public string Target => $"{UserName}@{string.Join(',', Endpoints)}{Path}";

    /// <summary>The same as every role calls it, host:port/database.</summary>
    internal string Place => $"{string.Join(',', Endpoints).ToLowerInvariant()}{Path}";

    /// <summary>Whether another target is in the same database, as the same role; it may be a tenant of it.</summary>
    internal bool IsDatabaseOf(ConnectionSettings other) =>
        (UserName, Database, string.Join(',', Endpoints)) == (other.UserName, other.Database, string.Join(',', other.Endpoints));

    /// <summary>Where the connection was found: a parameter, DATABASE_URL and its file, or libpq's variables.</summary>
    public string Source { get; }

    /// <summary>The first host: a name, an address, or the folder of a socket.</summary>
    public string Host => Endpoints[0].Host;

    /// <summary>The first host's port.</summary>
    public int Port => Endpoints[0].Port;

    /// <summary>The database.</summary>
    public string Database => driver.Database!;

    /// <summary>The schema that is the target, that of one tenant; null where the whole database is.</summary>
    public string? Schema { get; private init; }

    /// <summary>The search_path that the sessions of a tenant begin with; null where that is the server's.</summary>
    internal string? SearchPath => Schema is null ? null : driver.SearchPath;

    /// <summary>The role that logs in.</summary>
    public string UserName => driver.Username!;

    /// <summary>libpq's sslmode in force: as given, else require for another machine and prefer for this one.</summary>
    public string SslMode { get; }

    /// <summary>The parameter that allows no connection without TLS.</summary>
    internal string TlsDemand => SslMode is "allow" or "prefer" ? "channel_binding=require" : "sslmode=" + SslMode;

    /// <summary>The longest time to establish one connection; zero for no limit.</summary>
    public TimeSpan ConnectTimeout => TimeSpan.FromSeconds(driver.Timeout);

    /// <summary>What a person should know: TLS that was switched off, parameters that have no effect.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The application_name of its sessions.</summary>
    internal string ApplicationName => driver.ApplicationName!;

    /// <summary>The servers, in the order in which they are tried.</summary>
    internal IReadOnlyList<ConnectionEndpoint> Endpoints { get; }

    /// <summary>The state that the server must be in, as libpq's target_session_attrs says it; null for any.</summary>
    internal string? TargetSession { get; }

    /// <summary>How long failures that pass by themselves are tried again.</summary>
    internal TimeSpan RetryTimeout { get; }

    /// <summary>Takes this connection's secrets out of text.</summary>
    internal Redactor Redactor { get; }

    /// <summary>Whether a password is known.</summary>
    internal bool HasPassword => driver.Password is not null || passFile is not null;

    /// <summary>
    /// Finds and reads the connection: the request's own; DATABASE_URL of the file it names, of the environment, of .env.local, of .env;
    /// libpq's variables. What that connection leaves open is taken from libpq's variables and files, as libpq does.
    /// </summary>
    /// <param name="request">What the caller gave.</param>
    /// <returns>The connection; nothing has been connected yet.</returns>
    /// <exception cref="MuedException">There is none, or it is malformed (<see cref="ExitCode.Usage"/>).</exception>
    public static ConnectionSettings Resolve(ConnectionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var environment = new EnvironmentVariables(request.EnvironmentVariables);
        var parameters = ConnectionSource.Find(request, environment);
        if (!string.IsNullOrEmpty(request.UserName))
            parameters.Set("user", request.UserName);
        if (!string.IsNullOrEmpty(request.Password))
            parameters.Set("password", request.Password);
        parameters.AddDefaults(environment);

        var endpoints = ConnectionEndpoint.From(parameters["host"] ?? parameters["hostaddr"], parameters["port"], parameters.Source);
        return new(parameters, environment, endpoints, request);
    }

    /// <summary>The target; never a secret.</summary>
    /// <returns>The value of <see cref="Target"/>.</returns>
    public override string ToString() => Target;

    /// <summary>The same server and role, another database.</summary>
    internal ConnectionSettings WithDatabase(string database) => new(this, driver => driver.Database = database);

    /// <summary>
    /// A schema of the database that is a tenant's. It comes first in the search_path, which is a parameter of the start: RESET ALL comes
    /// back to it, and it wins over that of the role and the database. It is written as the server would write it, for a pooler may set it, and
    /// is then known again by its text.
    /// </summary>
    /// <param name="schema">The schema.</param>
    /// <param name="shared">The schemas behind it, those that the tenants have in common.</param>
    internal ConnectionSettings WithSchema(string schema, IEnumerable<string> shared) =>
        new(this, driver => driver.SearchPath = string.Join(", ", shared.Prepend(schema).Select(ObjectName.Quote))) { Schema = schema };

    /// <summary>The same database, as another role.</summary>
    internal ConnectionSettings WithCredential(string userName, string password) =>
        new(this, driver => (driver.Username, driver.Password) = (userName, password));

    /// <summary>The same database, under another application_name.</summary>
    internal ConnectionSettings WithApplicationName(string name) => new(this, driver => driver.ApplicationName = name);

    /// <summary>
    /// The same database, with a setting of the server's that its sessions begin with and that RESET ALL comes back to: it wins over those of
    /// the role and the database. A pooler refuses or ignores it.
    /// </summary>
    internal ConnectionSettings WithSetting(string name, string value) =>
        new(this, driver => driver.Options = $"{driver.Options} -c {name}={value}".TrimStart());

    /// <summary>
    /// A connection that is not open yet. Opening it costs the protocol's own round trips alone, because Npgsql loads no types:
    /// values of types that are not built in must be cast in the query.
    /// </summary>
    internal NpgsqlConnection CreateConnection()
    {
        var link = new TlsLink();
        var dataSource = CreateDataSource();
        var connection = dataSource.CreateConnection();

        // The driver keeps every data source in a list of its own until it is disposed.
        connection.StateChange += (_, change) =>
        {
            if (change.CurrentState == ConnectionState.Closed)
                dataSource.Dispose();
        };
        Sources.Add(connection, dataSource);
        connection.SslClientAuthenticationOptionsCallback = options => tls.Configure(options, certificateName, link);
        Links.Add(connection, link);
        return connection;
    }

    /// <summary>Gives up a connection that could not be opened, with what belongs to it; one that was open does so when it is closed.</summary>
    internal static async ValueTask AbandonAsync(NpgsqlConnection connection)
    {
        await connection.DisposeAsync().ConfigureAwait(false);
        if (Sources.TryGetValue(connection, out var dataSource))
            await dataSource.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The TLS layer of a connection that <see cref="CreateConnection"/> made.</summary>
    internal static TlsLink TlsOf(NpgsqlConnection connection) => Links.TryGetValue(connection, out var link) ? link : new();

    private string Path => Schema is null ? $"/{Database}" : $"/{Database}/{Schema}";

    private NpgsqlDataSource CreateDataSource()
    {
        // The slim one: what it leaves out (ranges, geometry, JSON as objects) is never read here, and costs start-up to set up.
        var builder = new NpgsqlSlimDataSourceBuilder(driver.ConnectionString);
        builder.EnableTransportSecurity().EnableIntegratedSecurity().EnableArrays();
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        if (passFile is not null)
            builder.UsePasswordProvider(Password, (settings, _) => ValueTask.FromResult(Password(settings)));
        return builder.Build();
    }

    private string Password(NpgsqlConnectionStringBuilder settings) =>
        passFile!.Find(certificateName ?? settings.Host!.Trim('[', ']'), settings.Port, Database, UserName) ?? "";
}
