using Mued.PsDb.Backups;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Restore;

/// <summary>Reads the tables to restore into from the catalog, in one round trip.</summary>
internal static class RestoreTargetReader
{
    private const string TablesSql =
        TargetScope.Tables
        + """
            SELECT t.oid, t.nspname::text, t.relname::text, t.relkind = 'p',
                ARRAY(SELECT n.nspname::text FROM pg_catalog.pg_partition_ancestors(t.oid) AS p (relid) JOIN pg_catalog.pg_class AS c ON c.oid = p.relid
                    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid <> t.oid ORDER BY c.oid),
                ARRAY(SELECT c.relname::text FROM pg_catalog.pg_partition_ancestors(t.oid) AS p (relid) JOIN pg_catalog.pg_class AS c ON c.oid = p.relid
                    WHERE c.oid <> t.oid ORDER BY c.oid), t.relhasrules
            FROM t ORDER BY t.nspname, t.relname
            """;

    private static readonly string PartsSql = TargetScope.Tables + TypePart.Query("ARRAY(SELECT t.oid FROM t)", with: ",");

    /// <summary>Reads the tables that exist of some names.</summary>
    public static Task<IReadOnlyDictionary<ObjectName, RestoreTarget>> ReadAsync(
        NpgsqlConnection connection,
        IReadOnlyList<ObjectName> names,
        CancellationToken cancellationToken
    )
    {
        string[] queries =
        [
            TablesSql,
            PartsSql,
            TargetColumns.Sql,
            TargetRules.Sql,
            TargetIndexes.Sql,
            TargetTriggers.Sql,
            TargetSequences.Sql,
        ];
        return connection.QueryAsync(
            queries.Select(sql =>
                (BatchStep)
                    new NpgsqlBatchCommand(sql)
                    {
                        Parameters =
                        {
                            ArrayParameter.Texts(names.Select(name => name.Schema)),
                            ArrayParameter.Texts(names.Select(name => name.Name)),
                        },
                    }
            ),
            reader => ReadAsync(reader, cancellationToken),
            cancellationToken
        );
    }

    private static async Task<IReadOnlyDictionary<ObjectName, RestoreTarget>> ReadAsync(
        NpgsqlDataReader reader,
        CancellationToken cancellationToken
    )
    {
        var tables = await LookupAsync(Table).ConfigureAwait(false);
        var parts = await LookupAsync(row => (Number: row.GetInt16(1), Part: new TypePart(row.GetString(2), row.GetString(3))))
            .ConfigureAwait(false);
        var columns = await LookupAsync(TargetColumns.Read).ConfigureAwait(false);
        var rules = await LookupAsync(TargetRules.Read).ConfigureAwait(false);
        var indexes = await LookupAsync(TargetIndexes.Read).ConfigureAwait(false);
        var triggers = await LookupAsync(TargetTriggers.Read).ConfigureAwait(false);
        var sequences = await LookupAsync(TargetSequences.Read).ConfigureAwait(false);
        return tables
            .Select(table =>
                table.Single() with
                {
                    Columns = columns[table.Key]
                        .ToDictionary(row => row.Column.Name, row => WithParts(table.Key, row), StringComparer.Ordinal),
                    Rules = [.. rules[table.Key]],
                    UniqueIndexes = [.. indexes[table.Key]],
                    Triggers = [.. triggers[table.Key]],
                    Sequences = [.. sequences[table.Key]],
                }
            )
            .ToDictionary(table => table.Name);

        RestoreTarget.Column WithParts(uint table, (short Number, RestoreTarget.Column Column) row) =>
            row.Column with
            {
                Parts = [.. parts[table].Where(part => part.Number == row.Number).Select(part => part.Part)],
            };

        async Task<ILookup<uint, T>> LookupAsync<T>(Func<NpgsqlDataReader, T> read) =>
            (
                await reader.RowsAsync(row => (Table: row.GetFieldValue<uint>(0), Item: read(row)), cancellationToken).ConfigureAwait(false)
            ).ToLookup(row => row.Table, row => row.Item);
    }

    private static RestoreTarget Table(NpgsqlDataReader row) =>
        new(row.GetFieldValue<uint>(0), new(row.GetString(1), row.GetString(2)))
        {
            Partitioned = row.GetBoolean(3),
            Ancestors =
            [
                .. row.GetFieldValue<string[]>(4).Zip(row.GetFieldValue<string[]>(5), (schema, name) => new ObjectName(schema, name)),
            ],
            Ruled = row.GetBoolean(6),
        };
}
