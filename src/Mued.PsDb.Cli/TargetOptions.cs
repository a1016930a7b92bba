using System.CommandLine;
using Mued.PsDb.Fleet;

namespace Mued.PsDb.Cli;

/// <summary>The options that say which databases a command is for, and how it goes over many.</summary>
internal static class TargetOptions
{
    private static readonly Option<string[]> Url = CliOption.Texts("--url", "URL");
    private static readonly Option<string> EnvFile = CliOption.Text("--env-file", "FILE");
    private static readonly Option<string> UrlFile = CliOption.Text("--url-file", "FILE");
    private static readonly Option<string> Tenant = CliOption.Text("--tenant", "QUERY");
    private static readonly Option<string> Database = CliOption.Text("--database", "GLOB");
    private static readonly Option<string> Part = CliOption.Text("--shard", "PART");
    private static readonly Option<int?> ThrottleLimit = CliOption.Number("--throttle-limit");
    private static readonly Option<int?> Canary = CliOption.Number("--canary");
    private static readonly Option<int?> MaxFailures = CliOption.Number("--max-failures");

    /// <summary>The schemas of the databases that are the targets, for the commands that mean a tenant.</summary>
    public static readonly Option<string> TenantSchema = CliOption.Text("--tenant-schema", "GLOB");

    /// <summary>Those that name databases.</summary>
    public static IEnumerable<Option> Targets => [Url, UrlFile, EnvFile, Tenant, Database];

    /// <summary>Those that say how to go over many.</summary>
    public static IEnumerable<Option> Ways => [Part, ThrottleLimit, Canary, MaxFailures];

    /// <summary>Whether the options ask for a fleet, however many databases it has.</summary>
    public static bool MeanMany(ParseResult parsed) => MeanManyDatabases(parsed) || parsed.GetValue(TenantSchema) is not null;

    /// <summary>The same, tenants of one database left aside.</summary>
    public static bool MeanManyDatabases(ParseResult parsed) =>
        parsed.GetValue(Url) is [_, _, ..] || new[] { UrlFile, Tenant, Database, Part }.Any(option => parsed.GetValue(option) is not null);

    /// <summary>Whether any of the options names a database.</summary>
    public static bool Name(ParseResult parsed) =>
        Targets.Append(TenantSchema).Append(Part).Any(option => parsed.GetResult(option) is { Implicit: false });

    /// <summary>The databases that the options name, or the one that the environment names.</summary>
    public static async Task<IReadOnlyList<ConnectionSettings>> FindAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var schemas = parsed.GetValue(TenantSchema);
        var search = new TargetSearch
        {
            Tenant = parsed.GetValue(Tenant),
            Database = parsed.GetValue(Database),
            TenantSchema = schemas,
            HistoryTable = schemas is null ? null : SharedOptions.Project.HistoryOf(parsed.GetValue(SharedOptions.HistoryTable)),
            Shard = ShardOf(parsed),
        };
        var given = Connections(parsed);
        return MeanMany(parsed) ? await search.FindAsync(given, Resolve, cancellationToken) : given;
    }

    /// <summary>The part of the fleet that is meant; null for all of it.</summary>
    public static Shard? ShardOf(ParseResult parsed) => parsed.GetValue(Part) is { } part ? Shard.Parse(part) : null;

    private static List<ConnectionSettings> Connections(ParseResult parsed)
    {
        var urls = parsed.GetValue(Url) ?? [];
        var envFile = parsed.GetValue(EnvFile);
        var given = urls.Select((url, index) => Resolve(url, urls.Length == 1 ? Url.Name : $"{Url.Name} {index + 1}", envFile)).ToList();
        if (parsed.GetValue(UrlFile) is { } file)
            given.AddRange(ConnectionFile.Read(file, (connection, source) => Resolve(connection, source, envFile)));
        return given.Count > 0 ? given : [ConnectionSettings.Resolve(new() { EnvFile = envFile })];
    }

    /// <summary>How to go over many.</summary>
    public static FleetOptions Way(ParseResult parsed)
    {
        var defaults = new FleetOptions();
        return defaults with
        {
            ThrottleLimit = parsed.GetValue(ThrottleLimit) ?? defaults.ThrottleLimit,
            Canary = parsed.GetValue(Canary) ?? defaults.Canary,
            MaxFailures = parsed.GetValue(MaxFailures),
        };
    }

    /// <summary>Reads a connection, and says where it was found when it cannot be read.</summary>
    private static ConnectionSettings Resolve(string connection, string source) => Resolve(connection, source, null);

    private static ConnectionSettings Resolve(string connection, string source, string? envFile) =>
        ConnectionSettings.Resolve(
            new()
            {
                Connection = connection,
                ConnectionSource = source,
                EnvFile = envFile,
            }
        );
}
