using System.Globalization;
using Mued.PsDb.Backups;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Restore;

/// <summary>
/// Makes large objects again under their numbers, with their owners, comments and privileges. One that is there with the same content is
/// left; one that is as a rollback script or a migration has made it since the undo is overwritten in place; one with other content is
/// somebody's, and only <see cref="ConflictAction.Replace"/> makes it anew.
/// </summary>
internal sealed class LargeObjectRestorer(RestoreSession session)
{
    private const string Stage = "pg_temp.mued_large";
    private const string State = "pg_temp.mued_large_state";
    private const int Named = 100;

    /// <summary>Restores those of a backup; null when it has none.</summary>
    public async Task<RestoredLargeObjects?> RunAsync(CancellationToken cancellationToken)
    {
        if (session.Backup.Manifest.LargeObjects is not { } entry)
            return null;

        // What is compressed already need not be tried again.
        await session
            .Connection.ExecuteAsync(
                [
                    $"CREATE TEMPORARY TABLE {Stage} ({string.Join(", ", LargeObjects.Columns.Select(column => $"{column.Name} {column.Type}"))}) ON COMMIT DROP",
                    $"ALTER TABLE {Stage} ALTER data SET STORAGE EXTERNAL",
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        await RowCopy.IntoAsync(session, entry, Stage, cancellationToken).ConfigureAwait(false);
        var (present, others) = await CompareAsync(cancellationToken).ConfigureAwait(false);
        if (others.Count > 0 && session.OnConflict == ConflictAction.Fail)
            throw Texts.Error(
                "RestoreConflict",
                ExitCode.MigrationFailed,
                new ErrorPlace(TargetName: entry.Name.ToString()),
                null,
                entry.Name,
                string.Join(", ", others.Take(Named))
            );
        var made = await MakeAsync(cancellationToken).ConfigureAwait(false);
        List<LargeObjectConflict> conflicts =
            session.OnConflict == ConflictAction.Replace
                ? []
                : [.. others.Select(oid => new LargeObjectConflict(oid, Texts.Get("LargeObjectDiffers")))];
        conflicts.AddRange(await DescribeAsync(made, cancellationToken).ConfigureAwait(false));
        return new(made.Count, present) { Conflicting = conflicts.Count, Conflicts = [.. conflicts.Take(Named)] };
    }

    // The last piece is shorter than a whole one, so pieces that are the same are all of it.
    private async Task<(long Present, IReadOnlyList<uint> Others)> CompareAsync(CancellationToken cancellationToken)
    {
        var made = session.Made.LargeObjects;
        var states = await session
            .Connection.QueryAsync(
                [
                    $"""
                    CREATE TEMPORARY TABLE {State} ON COMMIT DROP AS
                    SELECT s.oid, CASE WHEN m.oid IS NULL THEN 'missing' WHEN pg_catalog.bool_and(CASE
                        WHEN m.oid IS NULL OR NOT {LargeObjectContent.Readable} THEN false
                        ELSE pg_catalog.lo_get(s.oid, s.start, {LargeObjectContent.PieceSize}) IS NOT DISTINCT FROM s.data END) THEN 'same'
                        WHEN d.digest = {made} ->> s.oid::text AND pg_catalog.bool_and({LargeObjectContent.Writable}) THEN 'made' ELSE 'other' END AS state
                    FROM {Stage} AS s LEFT JOIN pg_catalog.pg_largeobject_metadata AS m ON m.oid = s.oid
                    LEFT JOIN ({LargeObjectContent.Digests(
                        $"SELECT w.oid FROM {Stage} AS w WHERE w.start = 0 AND {made} ? w.oid::text"
                    )}) AS d ON d.oid = s.oid
                    GROUP BY s.oid, m.oid, d.digest
                    """,
                    $"SELECT oid, state FROM {State} WHERE state IN ('same', 'other') ORDER BY oid",
                ],
                reader => reader.RowsAsync(row => (Oid: row.GetFieldValue<uint>(0), Same: row.GetString(1) == "same"), cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
        return (states.Count(item => item.Same), [.. states.Where(item => !item.Same).Select(item => item.Oid)]);
    }

    /// <summary>Makes them. Returns what else is to be said of each, as statements.</summary>
    private async Task<List<(uint Oid, IReadOnlyList<string> Statements)>> MakeAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<BatchStep> replace =
            session.OnConflict == ConflictAction.Replace
                ?
                [
                    $"SELECT pg_catalog.count(pg_catalog.lo_unlink(oid)) FROM {State} WHERE state = 'other'",
                    $"UPDATE {State} SET state = 'missing' WHERE state = 'other'",
                ]
                : [];
        await session
            .Connection.ExecuteAsync(
                [
                    .. replace,
                    $"SELECT pg_catalog.count(pg_catalog.lo_create(oid)) FROM {State} WHERE state = 'missing'",
                    $"""
                    WITH opened AS MATERIALIZED (SELECT pg_catalog.lo_open(oid, 131072) AS file FROM {State} WHERE state = 'made'),
                        emptied AS MATERIALIZED (SELECT file, pg_catalog.lo_truncate(file, 0) AS done FROM opened)
                    SELECT pg_catalog.count(pg_catalog.lo_close(file) + done) FROM emptied
                    """,
                    $"""
                    SELECT pg_catalog.count(pg_catalog.lo_put(s.oid, s.start, s.data)) FROM {Stage} AS s JOIN {State} AS i ON i.oid = s.oid
                    WHERE i.state IN ('missing', 'made') AND s.data <> ''
                    """,
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        return await session
            .Connection.QueryAsync(
                [
                    $"""
                    SELECT s.oid, NULLIF(s.owner, pg_catalog.pg_get_userbyid(m.lomowner)),
                        CASE WHEN s.comment IS DISTINCT FROM pg_catalog.obj_description(m.oid, 'pg_largeobject') THEN coalesce(s.comment, '') END,
                        CASE WHEN s.grants IS NULL OR s.grants = {LargeObjects.Grants} THEN '{"{}"}' ELSE s.grants END
                    FROM {Stage} AS s JOIN {State} AS i ON i.oid = s.oid JOIN pg_catalog.pg_largeobject_metadata AS m ON m.oid = s.oid
                    WHERE i.state IN ('missing', 'made') AND s.start = 0 ORDER BY s.oid
                    """,
                ],
                reader =>
                    reader.RowsAsync(
                        row =>
                            (
                                row.GetFieldValue<uint>(0),
                                Statements(row.GetFieldValue<uint>(0), row[1] as string, row[2] as string, row.GetFieldValue<string[]>(3))
                            ),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    // The owner first: who gives it away keeps no right to grant.
    private static IReadOnlyList<string> Statements(uint oid, string? owner, string? comment, string[] grants)
    {
        var number = oid.ToString(CultureInfo.InvariantCulture);
        return
        [
            .. comment is null ? [] : new[] { $"COMMENT ON LARGE OBJECT {number} IS {SqlString.Literal(comment)}" },
            .. owner is null ? [] : new[] { $"ALTER LARGE OBJECT {number} OWNER TO {ObjectName.Quote(owner)}" },
            .. grants,
        ];
    }

    private async Task<IReadOnlyList<LargeObjectConflict>> DescribeAsync(
        List<(uint Oid, IReadOnlyList<string> Statements)> made,
        CancellationToken cancellationToken
    )
    {
        var steps = made.SelectMany(item => item.Statements.Select(statement => (item.Oid, statement))).ToList();
        var failures = await StatementTrial
            .RunAsync(session.Connection, [.. steps.Select(step => step.statement)], cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. failures
                .Select(failure => new LargeObjectConflict(steps[failure.Key].Oid, failure.Value))
                .DistinctBy(conflict => conflict.Oid)
                .OrderBy(conflict => conflict.Oid),
        ];
    }
}
