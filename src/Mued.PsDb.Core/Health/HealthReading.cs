using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Migrations;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Health;

/// <summary>What is asked of a server about its health, and what it answered.</summary>
internal sealed class HealthReading
{
    private readonly NpgsqlConnection connection;
    private readonly MigrationFolder folder;
    private readonly HealthOptions options;
    private readonly CancellationToken cancellationToken;
    private readonly Dictionary<HealthSubject, HealthPart> parts = [];
    private readonly Dictionary<HealthSubject, IReadOnlyList<HealthFinding>> findings = [];
    private readonly HealthPart server;
    private DatabaseSize? size;

    public HealthReading(NpgsqlConnection connection, MigrationFolder folder, HealthOptions options, CancellationToken cancellationToken)
    {
        (this.connection, this.folder, this.options, this.cancellationToken) = (connection, folder, options, cancellationToken);
        server = new([HealthServer.Query], async reader => Server = (await RowsAsync(reader, HealthServer.Of).ConfigureAwait(false))[0]);
        foreach (var group in HealthSubject.All.Where(subject => subject.Sql is not null).GroupBy(subject => subject.Sql!))
            Add([.. group], group.Key(connection.PostgreSqlVersion.Major));
        parts[HealthSubject.Growth] = new([.. SchemaSql.Sizes.Select(sql => (BatchStep)sql)], ReadSizeAsync);

        // The last: where the table is no history of ours its results are not read to the end.
        var history = new HistoryTable(options.Migrations.HistoryTable);
        parts[HealthSubject.PendingMigrations] = new(HistoryState.Query(history), reader => ReadHistoryAsync(reader, history));
    }

    /// <summary>What is to be asked.</summary>
    public IReadOnlyList<HealthPart> Parts => [server, .. parts.Values.Distinct()];

    /// <summary>What the server says of itself.</summary>
    public HealthServer Server { get; private set; } = null!;

    /// <summary>The size of the database, held against an earlier report; null when the server did not say.</summary>
    public DatabaseSize? SizeSince(EarlierReport? earlier) =>
        size is null || earlier is null
            ? size
            : size with
            {
                Since = earlier.Time,
                Growth = size.Bytes - earlier.Bytes,
                Tables =
                [
                    .. size.Tables.Select(table =>
                        earlier.Tables.TryGetValue(table.Name, out var before)
                            ? table with
                            {
                                Growth = table.Bytes + table.IndexBytes - before,
                            }
                            : table
                    ),
                ],
            };

    /// <summary>The check of a subject.</summary>
    public HealthCheck Judge(HealthSubject subject, DatabaseSize? sized)
    {
        var limit = options.Limits.Of(subject);
        if (parts.GetValueOrDefault(subject)?.Fault is { } fault)
            return HealthJudgement.Unknown(subject, limit, fault.MessageText, GrantFor(fault));
        var found =
            subject == HealthSubject.Certificate ? Certificate()
            : subject == HealthSubject.Growth ? Growth(sized!)
            : findings[subject];
        var check = HealthJudgement.Judge(subject, limit, found);

        // What was begun or has changed since it was applied stops the next run; what is merely not applied yet does not.
        return
            subject == HealthSubject.PendingMigrations
            && found.Any(finding => finding.Facts[0] != nameof(MigrationState.Pending))
            && check.Status == RunbookStatus.Warning
            ? check with
            {
                Status = RunbookStatus.Failed,
            }
            : check;
    }

    private void Add(IReadOnlyList<HealthSubject> subjects, string sql)
    {
        var part = new HealthPart(
            [HealthFinding.Worst(subjects is [var only] ? $"SELECT '{only.Name}', * FROM ({sql}) AS s" : sql)],
            async reader =>
            {
                var rows = await RowsAsync(reader, row => (Subject: row.GetString(0), Finding: HealthFinding.Of(row)))
                    .ConfigureAwait(false);
                foreach (var subject in subjects)
                    findings[subject] = [.. rows.Where(row => row.Subject == subject.Name).Select(row => row.Finding)];
            }
        );
        foreach (var subject in subjects)
            parts[subject] = part;
    }

    // Of all that is asked the history alone is a table that somebody owns.
    private string? GrantFor(PostgresException fault) =>
        fault.SqlState == PostgresErrorCodes.InsufficientPrivilege
            ? $"GRANT SELECT ON {new HistoryTable(options.Migrations.HistoryTable).Name} TO {SqlIdentifier.Quote(connection.UserName!)}"
            : null;

    private IReadOnlyList<HealthFinding> Certificate() =>
        ConnectionSettings.TlsOf(connection).CertificateEnd is { } end
            ? [new("", Math.Round((decimal)(end - DateTimeOffset.UtcNow).TotalDays, 2), [Figures.Time(end.ToUniversalTime())])]
            : [];

    private static IReadOnlyList<HealthFinding> Growth(DatabaseSize sized) =>
        sized is { Growth: { } growth, Since: { } since }
            ?
            [
                new(
                    "",
                    Math.Round(100m * growth / Math.Max(sized.Bytes - growth, 1), 2),
                    [Figures.Bytes(sized.Bytes), Figures.Time(since.ToUniversalTime())]
                ),
            ]
            : [];

    private async Task ReadSizeAsync(NpgsqlDataReader reader)
    {
        var whole = await RowsAsync(reader, row => new DatabaseSize(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)))
            .ConfigureAwait(false);
        var tables = await RowsAsync(
                reader,
                row => new HealthTable(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.IsDBNull(3) ? null : row.GetInt64(3))
            )
            .ConfigureAwait(false);
        size = whole[0] with { Tables = tables };
    }

    private async Task ReadHistoryAsync(NpgsqlDataReader reader, HistoryTable history)
    {
        var state = await HistoryState.ReadAsync(reader, history, cancellationToken).ConfigureAwait(false);
        var open = MigrationListing
            .Build(folder, state.Rows, options.Migrations.HistoryTable, "")
            .Where(migration => migration.State is MigrationState.Pending or MigrationState.Changed or MigrationState.Interrupted)
            .ToList();
        findings[HealthSubject.PendingMigrations] =
        [
            .. open.OrderBy(migration => migration.State == MigrationState.Pending)
                .Take(HealthFinding.Most)
                .Select(migration => new HealthFinding(migration.Name, 1, [migration.State.ToString()]) { Total = open.Count }),
        ];
    }

    private Task<List<T>> RowsAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read) =>
        reader.RowsAsync(read, cancellationToken);
}
