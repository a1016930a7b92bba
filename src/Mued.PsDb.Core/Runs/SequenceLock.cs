using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Runs;

/// <summary>
/// Locks sequences, in the order of their names, against those who take numbers, to the end of the transaction. LOCK TABLE does not take
/// sequences, so each is told the start that it has: ALTER SEQUENCE holds off nextval and, without another value, changes nothing
/// (PostgreSQL manual, Explicit Locking). Those that the role does not own are left as they are.
/// </summary>
internal static class SequenceLock
{
    /// <summary>Locks sequences by OID; what does not exist is passed over.</summary>
    public static NpgsqlBatchCommand On(IEnumerable<uint> oids) =>
        new(
            SqlLoop.Over(
                $"""
                SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, q.seqstart
                FROM pg_sequence AS q JOIN pg_class AS c ON c.oid = q.seqrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE c.oid = ANY (ARRAY[{string.Join(", ", oids)}]::oid[]) AND pg_has_role(c.relowner, 'USAGE')
                ORDER BY n.nspname, c.relname
                """,
                """
                EXECUTE format('ALTER SEQUENCE %s START WITH %s', item.name, item.seqstart);
                IF item.oid IS DISTINCT FROM to_regclass(item.name)::oid THEN
                    RAISE undefined_table USING MESSAGE = 'a sequence is gone, or something else bears its name';
                END IF;
                """
            )
        );
}
