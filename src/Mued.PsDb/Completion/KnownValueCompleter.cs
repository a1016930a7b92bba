using System.Collections;
using System.Globalization;
using System.Management.Automation;
using Mued.PsDb.Foundation;
using Mued.PsDb.Plugins;

namespace Mued.PsDb.Commands;

/// <summary>Completes a value with those that are usual for the parameter of its name.</summary>
public sealed class KnownValueCompleter : ValueCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<CompletionResult> Values(string parameter, IDictionary given) =>
        parameter switch
        {
            "Connection" => [Proposal("postgresql://", "postgresql://user:password@host:port/database?sslmode=require")],
            "HistoryTable" => [Proposal(MigrationOptions.DefaultHistoryTable)],
            "Name" => [Proposal("add_"), Proposal("alter_"), Proposal("create_"), Proposal("drop_")],
            "Schema" => [Proposal("public")],
            "Variable" or "Role" => [Proposal("@{ name = 'value' }")],
            "Credential" => [Proposal("(Get-Credential)")],
            "TimeZone" => [Proposal(MetricsOptions.DefaultTimeZone), .. Zones()],
            "Date" or "From" or "To" => Enumerable.Range(1, 31).Select(Day),
            "ServerMajor" => Enumerable.Range(14, 5).Select(major => Proposal(Text(major), $"PostgreSQL {major}")),
            "MaxRows" => Numbers(100_000, 1_000_000),
            "MaxWal" => [Proposal("256MB"), Proposal("1GB")],
            "MaxAttempts" => Numbers(1, 10, 100),
            "SmallTable" => Numbers(0, 10_000, 100_000),
            "Days" => Numbers(7, 28, 90),
            "MinimumQueries" => Numbers(1, 10, 100),
            "MonthlyBudget" => Numbers(10_000, 100_000),
            "Capability" => PluginChecks.Capabilities.Select(name => Proposal(name)),
            "Tenant" => [Proposal("'SELECT url FROM tenant'")],
            "Database" or "TenantSchema" => [Proposal("'tenant_*'")],
            "Shard" => [Proposal("Auto"), Proposal("1/4")],
            "ThrottleLimit" => Numbers(1, 8, 32),
            "Canary" or "MaxFailures" => Numbers(1, 2, 5),
            "MaxAge" => Durations(3600, 86_400),
            _ => Durations(1, 2, 5, 10, 30, 60, 300),
        };

    private static IEnumerable<CompletionResult> Durations(params int[] seconds) =>
        seconds.Select(value => Proposal(Text(value), Figures.Duration(TimeSpan.FromSeconds(value))));

    private static IEnumerable<CompletionResult> Numbers(params int[] values) =>
        values.Select(value => Proposal(Text(value), Figures.Number(value)));

    private static CompletionResult Day(int ago) =>
        Proposal(DateTime.Today.AddDays(-ago).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    private static IEnumerable<CompletionResult> Zones() =>
        TimeZoneInfo
            .GetSystemTimeZones()
            .Select(zone =>
                zone.HasIanaId ? zone.Id
                : TimeZoneInfo.TryConvertWindowsIdToIanaId(zone.Id, out var iana) ? iana
                : null
            )
            .Where(id => id is not null and not MetricsOptions.DefaultTimeZone)
            .Distinct()
            .Select(id => Proposal(id!));

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
