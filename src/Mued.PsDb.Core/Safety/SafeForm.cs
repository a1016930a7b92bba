using System.Text.RegularExpressions;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Safety;

/// <summary>
/// The form of a statement that blocks nobody for long, for the five that matter most: a CHECK and a foreign key in two steps, NOT NULL in
/// three, an index and a UNIQUE or PRIMARY KEY constraint built CONCURRENTLY. It is made of what the statement has made, not of its text.
/// </summary>
internal static partial class SafeForm
{
    /// <summary>The statements of each file, in order; none where the statement does something else besides, or has no such form.</summary>
    /// <param name="connection">A database where the statement has been run.</param>
    /// <param name="changes">What it changed.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public static async Task<IReadOnlyList<string>> OfAsync(
        NpgsqlConnection connection,
        IReadOnlyList<CatalogChange> changes,
        CancellationToken cancellationToken
    )
    {
        // A NOT NULL constraint comes with its column (PostgreSQL 18), a partition's with its parent's.
        var own = changes.Where(change => change.Constraint is not { Kind: 'n' } and not { Inherited: true }).ToList();
        return own switch
        {
            [{ Kind: CatalogChangeKind.ConstraintAdded, Constraint.Kind: 'c' or 'f' } check] => TwoSteps(
                check,
                await ConstraintAsync(connection, check, cancellationToken).ConfigureAwait(false)
            ),
            [{ Kind: CatalogChangeKind.ColumnNotNull, OldColumn: not null } column] => ThreeSteps(column),
            [{ Kind: CatalogChangeKind.IndexAdded } index] => Concurrently(
                await IndexAsync(connection, index, cancellationToken).ConfigureAwait(false)
            ),
            [{ Kind: CatalogChangeKind.ConstraintAdded, Constraint.Kind: 'u' or 'p' } key, { Kind: CatalogChangeKind.IndexAdded } index] =>
                Key(
                    key,
                    await IndexAsync(connection, index, cancellationToken).ConfigureAwait(false),
                    await ConstraintAsync(connection, key, cancellationToken).ConfigureAwait(false)
                ),
            [{ Kind: CatalogChangeKind.IndexAdded } index, { Kind: CatalogChangeKind.ConstraintAdded, Constraint.Kind: 'u' or 'p' } key] =>
                Key(
                    key,
                    await IndexAsync(connection, index, cancellationToken).ConfigureAwait(false),
                    await ConstraintAsync(connection, key, cancellationToken).ConfigureAwait(false)
                ),
            _ => [],
        };
    }

    private static string[] TwoSteps(CatalogChange change, string? definition)
    {
        var name = ObjectName.Quote(change.Name!);
        return definition is null
            ? []
            :
            [
                $"ALTER TABLE {change.Relation} ADD CONSTRAINT {name} {definition} NOT VALID;",
                $"ALTER TABLE {change.Relation} VALIDATE CONSTRAINT {name};",
            ];
    }

    private static string[] ThreeSteps(CatalogChange change)
    {
        var (column, name) = (ObjectName.Quote(change.Name!), ObjectName.Quote($"mued_{change.Name}_not_null"));
        return
        [
            $"ALTER TABLE {change.Relation} ADD CONSTRAINT {name} CHECK ({column} IS NOT NULL) NOT VALID;",
            $"ALTER TABLE {change.Relation} VALIDATE CONSTRAINT {name};",
            $"ALTER TABLE {change.Relation} ALTER COLUMN {column} SET NOT NULL;\nALTER TABLE {change.Relation} DROP CONSTRAINT {name};",
        ];
    }

    private static string[] Concurrently(string? definition) =>
        definition is null ? [] : [IndexHead().Replace(definition, "CREATE $1INDEX CONCURRENTLY ", 1) + ";"];

    private static string[] Key(CatalogChange change, string? index, string? definition)
    {
        if (index is null || definition is null)
            return [];
        var kind = change.Constraint!.Kind == 'p' ? "PRIMARY KEY" : "UNIQUE";
        var later = definition[(definition.LastIndexOf(')') + 1)..];
        var name = ObjectName.Quote(change.Name!);
        return [.. Concurrently(index), $"ALTER TABLE {change.Relation} ADD CONSTRAINT {name} {kind} USING INDEX {name}{later};"];
    }

    private static Task<string?> ConstraintAsync(NpgsqlConnection connection, CatalogChange change, CancellationToken cancellationToken) =>
        TextAsync(
            connection,
            "SELECT pg_get_constraintdef(k.oid) FROM pg_constraint AS k WHERE k.conrelid = $1::regclass AND k.conname = $2",
            change,
            cancellationToken
        );

    // Not of a partitioned table: there no index is built CONCURRENTLY.
    private static Task<string?> IndexAsync(NpgsqlConnection connection, CatalogChange change, CancellationToken cancellationToken) =>
        TextAsync(
            connection,
            """
            SELECT pg_get_indexdef(x.indexrelid) FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indexrelid
            WHERE x.indrelid = $1::regclass AND c.relname = $2 AND c.relkind = 'i'
            """,
            change,
            cancellationToken
        );

    private static async Task<string?> TextAsync(
        NpgsqlConnection connection,
        string sql,
        CatalogChange change,
        CancellationToken cancellationToken
    )
    {
        var question = new NpgsqlBatchCommand(sql)
        {
            Parameters =
            {
                new() { Value = change.Relation },
                new() { Value = change.Name! },
            },
        };
        return await connection.ScalarAsync([question], cancellationToken).ConfigureAwait(false) as string;
    }

    [GeneratedRegex("^CREATE (UNIQUE )?INDEX ")]
    private static partial Regex IndexHead();
}
