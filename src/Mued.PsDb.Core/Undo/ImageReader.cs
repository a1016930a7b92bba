using Mued.PsDb.Backups;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>Describes the tables that stay and whose rows rollback scripts change: what of them a backup copies.</summary>
internal static class ImageReader
{
    /// <summary>Reads their columns and keys, in one round trip; none where nothing changes.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="loss">What changes.</param>
    /// <param name="own">Tables of our own, whose rows change with every undo; the history first.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public static async Task<IReadOnlyList<LostRelation>> ReadAsync(
        NpgsqlConnection connection,
        DataLoss loss,
        IReadOnlyList<string> own,
        CancellationToken cancellationToken
    )
    {
        var changed = loss.Changes.Where(change => !own.Contains(change.Table)).Select(change => change.Oid).ToHashSet();
        var rewritten = loss.Rewrites.ToLookup(rewrite => rewrite.Oid);
        var oids = changed.Union(rewritten.Select(group => group.Key)).ToArray();
        if (oids.Length == 0)
            return [];
        var tables = await connection
            .QueryAsync(TableFacts.Query(oids), reader => TableFacts.ReadAsync(reader, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        var schema = ObjectName.Parse(own[0]).Schema;
        var vanishing = loss.Relations.ToDictionary(relation => relation.Oid, relation => relation.Lost);
        return
        [
            .. tables.Select(table =>
                Image(table, vanishing.GetValueOrDefault(table.Oid, []), [.. rewritten[table.Oid]], changed.Contains(table.Oid)) with
                {
                    Before = new ObjectName(schema, $"mued_before_{table.Oid}").ToString(),
                }
            ),
        ];
    }

    // A column that gets another type is copied with the key of its rows; what else is in them, others may change meanwhile.
    private static LostRelation Image(
        TableFacts facts,
        IReadOnlyList<LostRelation.Column> lost,
        IReadOnlyList<DataLoss.Rewrite> rewrites,
        bool changed
    )
    {
        var retyped = facts.Stored.Where(column => rewrites.Any(rewrite => rewrite.Number == column.Number)).ToList();
        var key = facts.KeyWithout(retyped.Concat(lost).Select(column => column.Number).ToHashSet());
        var whole = rewrites.Any(rewrite => rewrite.Number == 0) || (retyped.Count > 0 && (key.Count == 0 || changed));
        return new(facts.Oid, facts.Name, false, facts.Stored, whole ? [] : retyped, key)
        {
            Image = rewrites.Count > 0 ? RowImage.All : RowImage.Changed,
        };
    }
}
