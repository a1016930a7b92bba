using System.Diagnostics;
using System.Globalization;
using Mued.PsDb.Connections;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Phase2;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb;

/// <summary>
/// Answers whether migrations can run on a database: one connection, one batch for all facts, five round trips for the latency.
/// </summary>
public static class ConnectionTest
{
    private const int Pings = 5;

    private const string ExistingTablesSql = $$"""
        SELECT coalesce(array_agg(c.relname::text ORDER BY c.relname), '{}')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname = {{SessionGuard.Schema}}
        """;

    private const string ExistingObjectsSql = $"""
        SELECT count(*)::int
        FROM unnest($1, $2) AS want (kind, name)
        JOIN pg_namespace n ON n.nspname = {SessionGuard.Schema}
        WHERE CASE want.kind
            WHEN 't' THEN EXISTS (SELECT FROM pg_class c WHERE c.relname = want.name AND c.relnamespace = n.oid AND c.relkind IN ('r', 'p'))
            WHEN 'e' THEN EXISTS (SELECT FROM pg_type t WHERE t.typname = want.name AND t.typnamespace = n.oid AND t.typtype = 'e')
            WHEN 'i' THEN EXISTS (SELECT FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
                                  WHERE c.relname = want.name AND c.relnamespace = n.oid AND i.indisvalid)
            WHEN 'f' THEN EXISTS (SELECT FROM pg_constraint f WHERE f.conname = want.name AND f.connamespace = n.oid AND f.contype = 'f')
            WHEN 'g' THEN EXISTS (SELECT FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
                                  WHERE g.tgname = want.name AND c.relnamespace = n.oid)
            END
        """;

    /// <summary>Connects and looks.</summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">What to look at; null for what the bundled Phase 2 needs.</param>
    /// <param name="cancellationToken">Ends the test.</param>
    /// <returns>The report; without a connection it is not a success and holds the error.</returns>
    /// <exception cref="MuedException">The folder cannot be read (exit code 2).</exception>
    public static Task<ConnectionReport> RunAsync(
        ConnectionSettings settings,
        ConnectionTestOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        options ??= new();
        return RunOnAsync(settings, options, Task.FromResult(options.ReadFolder()), cancellationToken);
    }

    /// <summary>The same with a folder that is read for several databases.</summary>
    internal static async Task<ConnectionReport> RunOnAsync(
        ConnectionSettings settings,
        ConnectionTestOptions options,
        Task<MigrationFolder> reading,
        CancellationToken cancellationToken
    )
    {
        var folder = await reading.ConfigureAwait(false);
        var report = await ConnectAsync(settings, folder, options.RequiredTables, cancellationToken).ConfigureAwait(false);
        return report with { Path = folder.Path, PathReason = options.PathReason };
    }

    private static async Task<ConnectionReport> ConnectAsync(
        ConnectionSettings settings,
        MigrationFolder folder,
        IReadOnlyList<RequiredTable>? required,
        CancellationToken cancellationToken
    )
    {
        var phase2 = folder.Files.Any(Phase2Set.NeedsBaseTables);
        var started = Stopwatch.GetTimestamp();
        try
        {
            var connection = await settings.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                var opened = Stopwatch.GetElapsedTime(started);
                var tables = required ?? (phase2 ? Phase2Set.RequiredTables : []);
                var report = await LookAsync(connection, settings, tables, phase2, cancellationToken).ConfigureAwait(false);
                return report with { ConnectDuration = opened };
            }
        }
        catch (MuedException e) when (e.ExitCode == ExitCode.NoConnection)
        {
            return NoConnection(settings, e);
        }
        catch (NpgsqlException e)
        {
            // The connection broke, or the server ended it, between the questions.
            return NoConnection(settings, ConnectionFailure.From(e, settings));
        }
    }

    private static ConnectionReport NoConnection(ConnectionSettings settings, MuedException error) =>
        new(false, settings.Target, settings.Source)
        {
            SslMode = settings.SslMode,
            Warnings = settings.Warnings,
            Error = MuedError.From(error),
            Checks = [new(Texts.Get("ConnectionCheck.Name.Connection"), ConnectionCheckStatus.Failed, error.Message, error.Advice)],
        };

    private static async Task<ConnectionReport> LookAsync(
        NpgsqlConnection connection,
        ConnectionSettings settings,
        IReadOnlyList<RequiredTable> required,
        bool phase2,
        CancellationToken cancellationToken
    )
    {
        var (facts, tables, objects) = await connection
            .QueryAsync(
                [ServerLimits.LiftInBatch(connection), Preflight.Query(required), ExistingTablesSql, ExistingObjects()],
                async reader =>
                    (
                        await Preflight.ReadAsync(reader, required, cancellationToken).ConfigureAwait(false),
                        await NextAsync<string[]>(reader, cancellationToken).ConfigureAwait(false),
                        await NextAsync<int>(reader, cancellationToken).ConfigureAwait(false)
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);

        var latency = await LatencyAsync(connection, cancellationToken).ConfigureAwait(false);
        var link = ConnectionSettings.TlsOf(connection);
        int? phase2Objects = phase2 ? objects : null;
        var checks = ConnectionChecks.Make(settings, facts, link, latency, phase2Objects);
        return new(checks.All(check => check.Status != ConnectionCheckStatus.Failed), settings.Target, settings.Source)
        {
            ServerVersion = facts.Version,
            ServerTime = facts.ServerTime,
            Latency = latency,
            Tls = link.IsActive,
            TlsProtocol = link.Protocol,
            TlsCipher = link.Cipher,
            SslMode = settings.SslMode,
            ReadOnly = facts.ReadOnly,
            InRecovery = facts.InRecovery,
            Schema = facts.Schema,
            CanCreate = facts.CanCreate,
            CanReferenceUsers = facts.Tables.FirstOrDefault(table => table.Table.Name == "users")?.CanReference,
            BaseTables = facts
                .Tables.Select(table => new BaseTable(
                    table.Table.Name,
                    table.QualifiedName is not null,
                    table.KeyType,
                    table.KeyType == "uuid" && table.KeyIsUnique,
                    table.CanReference
                ))
                .ToArray(),
            ExistingTables = tables,
            Phase2 = phase2 ? ConnectionChecks.StateOf(objects) : null,
            Checks = checks,
            Warnings = settings.Warnings,
        };
    }

    private static NpgsqlBatchCommand ExistingObjects()
    {
        var command = new NpgsqlBatchCommand(ExistingObjectsSql);
        foreach (
            var column in new[]
            {
                Phase2Set.Objects.Select(item => item.Kind.ToString(CultureInfo.InvariantCulture)),
                Phase2Set.Objects.Select(item => item.Name),
            }
        )
            command.Parameters.Add(ArrayParameter.Texts(column));
        return command;
    }

    private static async Task<T> NextAsync<T>(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await reader.GetFieldValueAsync<T>(0, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<TimeSpan> LatencyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var times = new TimeSpan[Pings];
        for (var i = 0; i < Pings; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await connection.ExecuteAsync([BatchStep.Bare("SELECT 1")], cancellationToken).ConfigureAwait(false);
            times[i] = Stopwatch.GetElapsedTime(started);
        }

        Array.Sort(times);
        return times[Pings / 2];
    }
}
