using System.Text.Json;
using Npgsql;

namespace Mued.PsDb.Tracing;

/// <summary>
/// One look at the server between two statements of a transaction: the clock, the position in the WAL, the locks that this backend holds,
/// and of what it has locked the catalog and what was done to it. Whatever a statement changes about a relation it locks first, so what is
/// not locked is as it was.
/// </summary>
/// <param name="Begun">When the look began: the statement before it had ended.</param>
/// <param name="Ended">When it ended: the statement behind it begins.</param>
/// <param name="Wal">The position in the WAL, in bytes; work of others counts too.</param>
/// <param name="Counts">Whether the server counts scans and rows (track_counts).</param>
/// <param name="Seen">What was looked at.</param>
internal sealed record CatalogLook(DateTime Begun, DateTime Ended, long Wal, bool Counts, IReadOnlyList<CatalogLook.Item> Seen)
{
    private const string User = "nspname !~ '^pg_' AND nspname <> 'information_schema'";

    // One row a relation. Each part is looked up by the relation's OID, so the cost follows what is locked and not what there is.
    private const string Facts = """
        json_build_array(n.nspname, c.relname, c.relkind, c.relfilenode::bigint,
            CASE WHEN c.relispartition THEN (SELECT h.inhparent::bigint FROM pg_inherits AS h WHERE h.inhrelid = c.oid LIMIT 1) END,
            (SELECT json_build_array(x.indrelid::bigint, x.indisvalid, x.indexprs IS NOT NULL,
                    CASE WHEN x.indpred IS NULL AND x.indisvalid THEN (x.indkey::int2[])[0:x.indnkeyatts - 1] ELSE '{}'::int2[] END)
                FROM pg_index AS x WHERE c.relkind IN ('i', 'I') AND x.indexrelid = c.oid),
            (SELECT json_agg(json_build_array(a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid::bigint, a.attnotnull,
                    a.atthasdef OR a.attidentity <> '', a.attgenerated <> '') ORDER BY a.attnum)
                FROM pg_attribute AS a
                WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
            (SELECT json_agg(json_build_array(k.oid::bigint, k.conname, k.contype, k.convalidated, k.conparentid <> 0 OR k.coninhcount > 0, k.conkey))
                FROM pg_constraint AS k WHERE c.relkind IN ('r', 'p', 'f') AND k.conrelid = c.oid AND k.contype <> 't'),
            (SELECT s.seqmax FROM pg_sequence AS s WHERE c.relkind = 'S' AND s.seqrelid = c.oid))::text
        """;

    private static string Activity(string oid) =>
        $"""
            ARRAY[pg_stat_get_xact_numscans({oid}), pg_stat_get_xact_tuples_inserted({oid}), pg_stat_get_xact_tuples_updated({oid}),
                pg_stat_get_xact_tuples_deleted({oid})]
            """;

    /// <summary>One relation of a look.</summary>
    /// <param name="Oid">Which.</param>
    /// <param name="Modes">The locks on it that this backend holds.</param>
    /// <param name="Relation">As the catalog has it; null when it is gone, or is none of a user's.</param>
    /// <param name="Activity">What was done to it.</param>
    internal sealed record Item(uint Oid, IReadOnlyList<string> Modes, TracedRelation? Relation, Activity Activity);

    /// <summary>Asks for all that the database holds, or for some of it; not for locks.</summary>
    /// <param name="marker">The name of the first column of the result, by which it is known.</param>
    /// <param name="oids">The relations; null for all.</param>
    public static NpgsqlBatchCommand Whole(string marker, IEnumerable<uint>? oids = null)
    {
        var chosen = oids is null ? "" : $"AND c.oid = ANY (ARRAY[{string.Join(", ", oids)}]::oid[])";
        return new(
            Query(
                marker,
                $"""
                SELECT 1, NULL, NULL, NULL, c.oid, NULL, {Facts}, {Activity("c.oid")}
                FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f', 'i', 'I', 'S') AND {User} {chosen}
                """
            )
        );
    }

    /// <summary>Asks for what this backend has locked.</summary>
    /// <param name="marker">The name of the first column of the result, by which it is known.</param>
    public static NpgsqlBatchCommand Locked(string marker) =>
        new(
            Query(
                marker,
                $"""
                SELECT 1, NULL, NULL, NULL, held.oid, held.modes, f.facts, {Activity("held.oid")}
                FROM (SELECT l.relation AS oid, array_agg(l.mode) AS modes FROM pg_locks AS l
                    WHERE l.pid = pg_backend_pid() AND l.granted AND l.locktype = 'relation' AND l.relation >= 16384
                    GROUP BY l.relation) AS held
                LEFT JOIN LATERAL (SELECT {Facts} AS facts FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                    WHERE c.oid = held.oid AND {User} OFFSET 0) AS f ON true
                """
            )
        );

    /// <summary>Reads a look; the reader stands on its result.</summary>
    public static async Task<CatalogLook> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var (begun, ended, wal, counts) = (default(DateTime), default(DateTime), 0L, true);
        var seen = new List<Item>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            switch (reader.GetInt32(0))
            {
                case 0:
                    (begun, wal, counts) = (reader.GetDateTime(1), reader.GetInt64(2), reader.GetBoolean(3));
                    break;
                case 1:
                    seen.Add(ReadItem(reader));
                    break;
                default:
                    ended = reader.GetDateTime(1);
                    break;
            }
        }

        return new(begun, ended, wal, counts, seen);
    }

    private static string Query(string marker, string relations) =>
        $"""
            SELECT 0 AS {marker}, clock_timestamp() AS at, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint AS wal,
                current_setting('track_counts')::boolean AS counts, NULL::oid AS oid, NULL::text[] AS modes, NULL::text AS facts,
                NULL::bigint[] AS activity
            UNION ALL
            {relations}
            UNION ALL
            SELECT 2, clock_timestamp(), NULL, NULL, NULL, NULL, NULL, NULL
            """;

    private static Item ReadItem(NpgsqlDataReader reader)
    {
        var oid = reader.GetFieldValue<uint>(4);
        var activity = reader.GetFieldValue<long[]>(7);
        return new(
            oid,
            reader.IsDBNull(5) ? [] : reader.GetFieldValue<string[]>(5),
            reader.IsDBNull(6) ? null : ReadRelation(oid, reader.GetString(6)),
            new(activity[0], activity[1], activity[2], activity[3])
        );
    }

    private static TracedRelation ReadRelation(uint oid, string facts)
    {
        using var document = JsonDocument.Parse(facts);
        var root = document.RootElement;
        var relation = new TracedRelation(oid, new(root[0].GetString()!, root[1].GetString()!), Character(root[2]), root[3].GetUInt32())
        {
            Parent = root[4].ValueKind == JsonValueKind.Null ? 0 : root[4].GetUInt32(),
            Columns = [.. Elements(root[6]).Select(ReadColumn)],
            Constraints = [.. Elements(root[7]).Select(ReadConstraint)],
            MaxValue = root[8].ValueKind == JsonValueKind.Null ? 0 : root[8].GetInt64(),
        };
        return root[5].ValueKind == JsonValueKind.Null
            ? relation
            : relation with
            {
                Table = root[5][0].GetUInt32(),
                Valid = root[5][1].GetBoolean(),
                HasExpressions = root[5][2].GetBoolean(),
                Keys = [.. Elements(root[5][3]).Select(key => key.GetInt16())],
            };
    }

    private static TracedColumn ReadColumn(JsonElement item) =>
        new(
            item[0].GetInt32(),
            item[1].GetString()!,
            item[2].GetString()!,
            item[3].GetInt64(),
            item[4].GetBoolean(),
            item[5].GetBoolean(),
            item[6].GetBoolean()
        );

    private static TracedConstraint ReadConstraint(JsonElement item) =>
        new(
            item[0].GetUInt32(),
            item[1].GetString()!,
            Character(item[2]),
            item[3].GetBoolean(),
            item[4].GetBoolean(),
            [.. Elements(item[5]).Select(key => key.GetInt16())]
        );

    private static char Character(JsonElement item) => item.GetString()![0];

    private static JsonElement.ArrayEnumerator Elements(JsonElement item) =>
        item.ValueKind == JsonValueKind.Array ? item.EnumerateArray() : default;
}
