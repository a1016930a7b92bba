using System.Globalization;
using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Mued.PsDb.Phase2;

namespace Mued.PsDb.Inspection;

/// <summary>Judges the facts of a server: the checks of <c>Test-MuedConnection</c>.</summary>
internal static class ConnectionChecks
{
    /// <summary>Every check, in the order in which they build on each other.</summary>
    public static IReadOnlyList<ConnectionCheck> Make(
        ConnectionSettings settings,
        ServerFacts facts,
        TlsLink link,
        TimeSpan latency,
        int? objects
    )
    {
        var checks = new List<ConnectionCheck>
        {
            Passed(
                "Connection",
                "ConnectionCheck.Connected",
                settings.Target,
                latency.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture)
            ),
            Version(facts),
            Tls(settings, link),
            Writable(facts, settings.Target),
            Create(facts, settings.Target, isNeeded: objects is not null),
        };
        checks.AddRange(facts.Tables.Select(table => Table(table, facts, settings.Target)));
        if (objects is { } found)
            checks.Add(Phase2Check(found));
        return checks;
    }

    /// <summary>How much of Phase 2 there is, by the number of its objects.</summary>
    public static Phase2State StateOf(int objects) =>
        objects == 0 ? Phase2State.Absent
        : objects == Phase2Set.Objects.Count ? Phase2State.Complete
        : Phase2State.Partial;

    private static ConnectionCheck Version(ServerFacts facts)
    {
        var major = facts.VersionNumber / 10000;
        var id =
            major < Preflight.OldestMajor ? "ServerTooOld"
            : major > Preflight.NewestMajor ? "ServerUnknown"
            : null;
        return id is null
            ? Passed("ServerVersion", "ConnectionCheck.Version", facts.Version)
            : Warning("ServerVersion", id, facts.Version, Preflight.OldestMajor, Preflight.NewestMajor);
    }

    private static ConnectionCheck Tls(ConnectionSettings settings, TlsLink link)
    {
        if (link.IsActive)
            return Passed("Tls", "ConnectionCheck.Tls", link.Protocol, link.Cipher, settings.SslMode);
        return settings.Endpoints.All(endpoint => endpoint.IsLocal)
            ? Passed("Tls", "ConnectionCheck.TlsLocal", settings.SslMode)
            : Warning("Tls", "ConnectionUnencrypted", settings.SslMode);
    }

    private static ConnectionCheck Writable(ServerFacts facts, string target) =>
        Preflight.Obstacles(facts with { CanCreate = true, Tables = [] }, target) is [var obstacle]
            ? Failed("Writable", obstacle)
            : Passed("Writable", "ConnectionCheck.Writable");

    // Where other migrations than those of Phase 2 create their objects is not known.
    private static ConnectionCheck Create(ServerFacts facts, string target, bool isNeeded) =>
        facts.CanCreate ? Passed("CreatePrivilege", "ConnectionCheck.Create", facts.Role, facts.Schema)
        : isNeeded
            ? Failed("CreatePrivilege", Texts.Error(ErrorIds.CreateForbidden, ExitCode.CheckFailed, null, target, facts.Role, facts.Schema))
        : Warning("CreatePrivilege", ErrorIds.CreateForbidden, target, facts.Role, facts.Schema);

    private static ConnectionCheck Table(TableFacts table, ServerFacts facts, string target)
    {
        var name = Texts.Get("ConnectionCheck.BaseTable", table.Table.Name);
        return Preflight.Obstacle(table, facts, target) is { } obstacle
            ? new(name, ConnectionCheckStatus.Failed, obstacle.Message, obstacle.Advice)
            : new(
                name,
                ConnectionCheckStatus.Passed,
                table.Table.KeyColumn is null
                    ? Texts.Get("ConnectionCheck.TableThere", table.QualifiedName)
                    : Texts.Get("ConnectionCheck.Key", table.QualifiedName, table.Table.KeyColumn, table.KeyType)
            );
    }

    private static ConnectionCheck Phase2Check(int objects) =>
        StateOf(objects) is var state && state == Phase2State.Partial
            ? Warning("Phase2", "Phase2Partial", objects, Phase2Set.Objects.Count)
            : Passed("Phase2", "ConnectionCheck.Phase2", state);

    private static ConnectionCheck Passed(string name, string text, params object?[] arguments) =>
        new(Texts.Get("ConnectionCheck.Name." + name), ConnectionCheckStatus.Passed, Texts.Get(text, arguments));

    private static ConnectionCheck Warning(string name, string text, params object?[] arguments) =>
        new(
            Texts.Get("ConnectionCheck.Name." + name),
            ConnectionCheckStatus.Warning,
            Texts.Get(text, arguments),
            Texts.Get(text + ".Advice", arguments)
        );

    private static ConnectionCheck Failed(string name, MuedException obstacle) =>
        new(Texts.Get("ConnectionCheck.Name." + name), ConnectionCheckStatus.Failed, obstacle.Message, obstacle.Advice);
}
