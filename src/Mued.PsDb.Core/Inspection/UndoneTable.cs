using System.Globalization;
using Mued.PsDb.Files;
using Mued.PsDb.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Mued.PsDb.Inspection;

/// <summary>
/// What undos took of tables, one row a table, and which values of its rows rollback scripts and migrations that ran again since have made:
/// by the row's key a hash of each column, or, of more rows than <see cref="Most"/>, the transactions that wrote them into a file of the
/// table. By it a restore tells what may give way to the backup from what others have written: whatever does not match is theirs.
/// </summary>
/// <param name="history">The history table that it stands beside.</param>
internal sealed class UndoneTable(ObjectName history)
{
    /// <summary>How many rows of a table are noted one by one.</summary>
    public const int Most = 100_000;

    /// <summary>The temporary table of <see cref="Find"/>.</summary>
    public const string Made = "pg_temp.mued_made";

    /// <summary>Stands for the rows that were there before where the table is another.</summary>
    private const string Anew = "(SELECT NULL::tid AS id WHERE false)";

    /// <summary>The name under which it is noted what undos took of large objects: their numbers stand for the key.</summary>
    public static readonly ObjectName LargeObjects = new("pg_catalog", "pg_largeobject");

    private static readonly string OfLargeObjects =
        $"table_schema = {SqlString.Literal(LargeObjects.Schema)} AND table_name = {SqlString.Literal(LargeObjects.Name)}";

    // One row a row of the table: part, id, key, hashes, xmin. As a row's text, so that no cast of others is looked up. Rows without a key are known by all that they hold, and by their number.
    // A column that a script has given another name is the same by its number, and those of others write to it.
    // What has been made in this transaction, such as a column that a restore makes again, is fresh: nobody has written to it.
    private const string Source = $"""
        {OwnTransaction.Reach}
        name := format('%I.%I', r.table_schema, r.table_name);
        rel := to_regclass(name);
        IF rel IS NOT NULL THEN
            SELECT coalesce(string_agg(CASE WHEN a.attname IS NULL THEN 'NULL' ELSE format('hashtextextended(ROW(t.%I)::text COLLATE "C", 0)', a.attname) END, ', ' ORDER BY c.place), ''),
                coalesce(string_agg(format('t.%I', a.attname), ', ' ORDER BY c.place) FILTER (WHERE a.attname IS NOT NULL), ''), count(a.attname),
                coalesce(array_agg(a.attname IS NULL ORDER BY c.place), ARRAY[]::boolean[]), array_agg((
                    SELECT {OwnTransaction.Wrote} FROM pg_attribute AS f WHERE f.attrelid = a.attrelid AND f.attnum = a.attnum) ORDER BY c.place)
            INTO hashes, everything, present, absent, fresh
            FROM unnest(r.columns) WITH ORDINALITY AS c (name, place)
            LEFT JOIN LATERAL (
                SELECT * FROM pg_attribute AS f
                WHERE f.attrelid = rel AND f.attnum > 0 AND NOT f.attisdropped AND (f.attname = c.name OR (f.attrelid = r.relation AND f.attnum = r.numbers[c.place]))
                ORDER BY f.attrelid = r.relation AND f.attnum = r.numbers[c.place] DESC NULLS LAST LIMIT 1
            ) AS a ON true;
            SELECT string_agg(format('t.%I', a.attname), ', ' ORDER BY c.place), count(*) = cardinality(r.key) INTO keys, keyed
            FROM unnest(r.key) WITH ORDINALITY AS c (name, place)
            JOIN pg_attribute AS a ON a.attrelid = rel AND a.attname = c.name AND a.attnum > 0 AND NOT a.attisdropped;
            source := format(
                'SELECT t.tableoid AS part, t.ctid AS id, t.xmin, %s AS key, ARRAY[%s]::bigint[] AS hashes FROM ONLY %s AS t',
                CASE WHEN cardinality(r.key) > 0 THEN format('ROW(%s)::text', keys)
                    ELSE format('md5(ROW(%1$s)::text) || '' '' || row_number() OVER (PARTITION BY ROW(%1$s)::text)', everything) END,
                hashes, name);
            IF NOT keyed OR NOT EXISTS (SELECT FROM pg_class WHERE oid = rel AND relkind = 'r') THEN
                rel := NULL;
            END IF;
        END IF;
        """;

    private const string Variables = """
        DECLARE
            r record;
            name text;
            rel regclass;
            hashes text;
            everything text;
            present integer;
            absent boolean[];
            fresh boolean[];
            keys text;
            keyed boolean;
            source text;
            number bigint;
            found jsonb;
            wrote text[];
        """;

    private readonly string table = HistoryName.Undone(history);

    /// <summary>Its name.</summary>
    public string Name => table;

    /// <summary>
    /// Whether there is one of ours: one row. Of a table that belongs to somebody else, or that lets code of others run, nothing is read and
    /// nothing is written to it.
    /// </summary>
    public BatchStep Exists =>
        $"""
            SELECT EXISTS (
                SELECT FROM pg_class AS u JOIN pg_class AS h ON h.oid = to_regclass({SqlString.Literal(history.ToString())})
                WHERE u.oid = to_regclass({SqlString.Literal(table)}) AND u.relkind = 'r' AND NOT u.relhastriggers AND NOT u.relhasrules
                    AND u.relowner IN (h.relowner, (SELECT oid FROM pg_roles WHERE rolname = current_user))
            )
            """;

    /// <summary>Makes it, unless it is there.</summary>
    public BatchStep Create =>
        Block(
            "",
            $"""
            CREATE TABLE IF NOT EXISTS {table} (
                table_schema text   NOT NULL,
                table_name   text   NOT NULL,
                migrations   text[] NOT NULL,
                columns      text[] NOT NULL,
                key          text[] NOT NULL,
                made         jsonb,
                others       jsonb,
                file         oid,
                transactions text[],
                relation     oid,
                numbers      smallint[],
                PRIMARY KEY (table_schema, table_name)
            );
            IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass({SqlString.Literal(table)}) AND attname = 'numbers') THEN
                ALTER TABLE {table} ADD COLUMN relation oid, ADD COLUMN numbers smallint[];
            END IF;
            """
        );

    /// <summary>Records that an undo took something of a table; what was known of its rows goes.</summary>
    /// <param name="taken">The table.</param>
    /// <param name="relation">Its oid before the undo.</param>
    /// <param name="migrations">The migrations that were undone.</param>
    /// <param name="columns">The columns whose values are in the backup, with their numbers before the undo.</param>
    /// <param name="key">The columns that say which row is which; empty where none do.</param>
    public NpgsqlBatchCommand Take(
        ObjectName taken,
        uint relation,
        IEnumerable<string> migrations,
        IReadOnlyCollection<(short Number, string Name)> columns,
        IEnumerable<string> key
    ) =>
        new(
            $"""
            INSERT INTO {table} (table_schema, table_name, migrations, columns, key, relation, numbers) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (table_schema, table_name) DO UPDATE SET migrations = excluded.migrations, columns = excluded.columns, key = excluded.key,
                relation = excluded.relation, numbers = excluded.numbers, made = NULL, others = NULL, file = NULL, transactions = NULL
            """
        )
        {
            Parameters =
            {
                new() { Value = taken.Schema },
                new() { Value = taken.Name },
                ArrayParameter.Texts(migrations),
                ArrayParameter.Texts(columns.Select(column => column.Name)),
                ArrayParameter.Texts(key),
                new() { Value = relation, NpgsqlDbType = NpgsqlDbType.Oid },
                new()
                {
                    Value = columns.Select(column => column.Number).ToArray(),
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Smallint,
                },
            },
        };

    /// <summary>
    /// Records that an undo took large objects, and what the rollback scripts have made of them; what was known of them goes.
    /// </summary>
    /// <param name="migrations">The migrations that were undone.</param>
    /// <param name="taken">Their numbers, at most <see cref="Most"/>.</param>
    /// <param name="overwritten">A query for the numbers of those that stay, with other content.</param>
    public IReadOnlyList<BatchStep> TakeLargeObjects(IEnumerable<string> migrations, IReadOnlyList<uint> taken, string overwritten) =>
        [
            Take(LargeObjects, 0, migrations, [], taken.Select(oid => oid.ToString(CultureInfo.InvariantCulture))),
            $"UPDATE {table} SET made = {DigestsOf(overwritten)} WHERE {OfLargeObjects}",
        ];

    /// <summary>What rollback scripts and migrations have made of large objects, by their numbers, as SQL: their digests, or NULL.</summary>
    public string MadeLargeObjects => $"(SELECT made FROM {table} WHERE {OfLargeObjects})";

    /// <summary>
    /// Notes what the rollback scripts have made of tables that stay, or that they have made anew, before the undo commits.
    /// </summary>
    /// <param name="taken">The tables.</param>
    /// <param name="before">A table with the ids of the rows that were there before; none where the tables are others.</param>
    public BatchStep Leave(IReadOnlyList<ObjectName> taken, string before = Anew) =>
        Block(
            Variables,
            $"""
            FOR r IN {Of(taken)} LOOP
                {Source}
                CONTINUE WHEN rel IS NULL;
                EXECUTE format('SELECT count(*) FROM (SELECT FROM ONLY %s AS t WHERE NOT EXISTS (SELECT FROM {before} AS b WHERE b.id = t.ctid) LIMIT {Most
                + 1}) AS t', name) INTO number;
                IF number > {Most} THEN
                    EXECUTE format('SELECT array_agg(DISTINCT t.xmin::text) FROM ONLY %s AS t WHERE %s', name, {SqlString.Literal(
                OwnTransaction.Wrote
            )}) INTO wrote;
                    UPDATE {table} SET file = pg_relation_filenode(rel), transactions = wrote
                    WHERE table_schema = r.table_schema AND table_name = r.table_name;
                    CONTINUE;
                END IF;
                {ValueText.Keep}
                EXECUTE format('SELECT coalesce(jsonb_object_agg(s.key, to_jsonb(s.hashes)), ''{"{}"}'') FROM (%s) AS s WHERE NOT EXISTS (SELECT FROM {before} AS b WHERE b.id = s.id)', source) INTO found;
                {ValueText.Forget}
                UPDATE {table} SET made = found WHERE table_schema = r.table_schema AND table_name = r.table_name;
            END LOOP;
            """
        );

    /// <summary>
    /// Before the statements of a migration that runs again: which values of which rows are nobody's yet, or made and untouched. The tables
    /// are locked against writers, so that what changes from here on is the migration's doing.
    /// </summary>
    public BatchStep Begin(string migration) =>
        ForEach(
            migration,
            $"""
            UPDATE {table} SET others = (
                SELECT coalesce(jsonb_object_agg(k.oid, true), '{"{}"}') FROM unnest(r.key) AS k (oid)
                LEFT JOIN pg_largeobject_metadata AS m ON m.oid = k.oid::oid
                LEFT JOIN ({LargeObjectContent.Digests(
                "SELECT j.oid::oid FROM jsonb_object_keys(r.made) AS j (oid)"
            )}) AS d ON d.oid = m.oid
                WHERE m.oid IS NULL OR d.digest = r.made ->> k.oid
            ) WHERE {OfLargeObjects};
            """,
            $"""
            EXECUTE 'LOCK TABLE ' || name || ' IN SHARE ROW EXCLUSIVE MODE';
            IF to_regclass(name) IS DISTINCT FROM rel THEN
                RAISE undefined_table USING MESSAGE = 'a table is gone, or something else bears its name';
            END IF;
            IF present = 0 AND cardinality(r.columns) > 0 THEN
                UPDATE {table} SET others = '{"{}"}', made = NULL, file = NULL, transactions = NULL WHERE table_schema = r.table_schema AND table_name = r.table_name;
                CONTINUE;
            END IF;
            EXECUTE format('SELECT count(*) FROM (SELECT FROM ONLY %s LIMIT {Most + 1}) AS t', name) INTO number;
            IF number > {Most} THEN
                UPDATE {table} SET others = 'null' WHERE table_schema = r.table_schema AND table_name = r.table_name;
                CONTINUE;
            END IF;
            {ValueText.Keep}
            EXECUTE format('SELECT coalesce(jsonb_object_agg(s.key, (SELECT coalesce(jsonb_agg(h.absent OR (m.key IS NOT NULL AND '
                '(m.value ->> (h.place::integer - 1)) IS NOT DISTINCT FROM h.value::text) ORDER BY h.place), ''[]'') '
                'FROM unnest(s.hashes, $2) WITH ORDINALITY AS h (value, absent, place))), ''{"{}"}'') '
                'FROM (%s) AS s LEFT JOIN jsonb_each($1) AS m (key, value) ON m.key = s.key', source)
                INTO found USING coalesce(r.made, '{"{}"}'), absent;
            {ValueText.Forget}
            UPDATE {table} SET others = found WHERE table_schema = r.table_schema AND table_name = r.table_name;
            """
        );

    /// <summary>Before a migration that runs again commits: which values it has made; those of others are marked by a question mark.</summary>
    public BatchStep End(string migration) =>
        ForEach(
            migration,
            $"UPDATE {table} SET made = {DigestsOf("SELECT j.oid::oid FROM jsonb_object_keys(r.others) AS j (oid)")}, others = NULL WHERE {OfLargeObjects};",
            $"""
            IF jsonb_typeof(r.others) = 'null' THEN
                UPDATE {table} SET others = NULL WHERE table_schema = r.table_schema AND table_name = r.table_name;
                CONTINUE;
            END IF;
            EXECUTE format('SELECT count(*) FROM (SELECT FROM ONLY %s LIMIT {Most + 1}) AS t', name) INTO number;
            IF number <= {Most} THEN
                {ValueText.Keep}
                EXECUTE format('SELECT coalesce(jsonb_object_agg(s.key, CASE WHEN o.key IS NULL THEN to_jsonb(s.hashes) ELSE ('
                    'SELECT jsonb_agg(CASE WHEN (o.value ->> (h.place::integer - 1))::boolean THEN to_jsonb(h.value) ELSE ''"?"'' END ORDER BY h.place) '
                    'FROM unnest(s.hashes) WITH ORDINALITY AS h (value, place)) END), ''{"{}"}'') '
                    'FROM (%s) AS s LEFT JOIN jsonb_each($1) AS o (key, value) ON o.key = s.key WHERE o.key IS NULL OR o.value @> ''true''', source)
                    INTO found USING coalesce(r.others, '{"{}"}');
                {ValueText.Forget}
                UPDATE {table} SET made = found, others = NULL, file = NULL, transactions = NULL
                WHERE table_schema = r.table_schema AND table_name = r.table_name;
            ELSIF r.others = '{"{}"}' OR (SELECT {OwnTransaction.Wrote} FROM pg_type AS t WHERE t.typrelid = rel) THEN
                EXECUTE format('SELECT array_agg(DISTINCT t.xmin::text) FROM ONLY %s AS t WHERE %s', name, {SqlString.Literal(
                OwnTransaction.Wrote
            )}) INTO wrote;
                UPDATE {table} SET made = NULL, others = NULL, file = pg_relation_filenode(rel), transactions = wrote
                WHERE table_schema = r.table_schema AND table_name = r.table_name;
            END IF;
            """
        );

    /// <summary>
    /// Makes <see cref="Made"/>: of each row of which it is known who made it the part and id, which columns are as they were made (same), and
    /// whether all are (whole).
    /// </summary>
    public static string CreateMade =>
        $"CREATE TEMPORARY TABLE {Made["pg_temp.".Length..]} (part oid, id tid, whole boolean, same boolean[], doomed boolean, PRIMARY KEY (part, id)) ON COMMIT DROP";

    /// <summary>Finds the rows of some tables of which it is known who made them, and puts them into <see cref="Made"/>.</summary>
    public IReadOnlyList<BatchStep> Find(IReadOnlyList<ObjectName> tables) =>
        [
            Block(
                Variables,
                $"""
                FOR r IN {Of(tables)} LOOP
                    {Source}
                    CONTINUE WHEN rel IS NULL;
                    IF r.transactions IS NOT NULL AND r.file = pg_relation_filenode(rel) THEN
                        EXECUTE format('INSERT INTO {Made} SELECT t.tableoid, t.ctid, true, array_fill(true, ARRAY[$2]), false FROM ONLY %s AS t WHERE t.xmin::text = ANY ($1)', name)
                            USING r.transactions, cardinality(r.columns);
                    ELSIF r.made IS NOT NULL THEN
                        {ValueText.Keep}
                        EXECUTE format('INSERT INTO {Made} SELECT c.part, c.id, NOT false = ANY (c.same), c.same, false FROM (SELECT s.part, s.id, ARRAY('
                            'SELECT h.value::text IS NOT DISTINCT FROM m.value OR m.value IS NULL AND coalesce($2[h.place], false) FROM unnest(s.hashes) WITH ORDINALITY AS h (value, place) '
                            'JOIN jsonb_array_elements_text(made.value) WITH ORDINALITY AS m (value, place) ON m.place = h.place ORDER BY h.place) AS same '
                            'FROM (%s) AS s JOIN jsonb_each($1) AS made (key, value) ON made.key = s.key) AS c', source) USING r.made, fresh;
                        {ValueText.Forget}
                    END IF;
                END LOOP;
                """
            ),
            $"ANALYZE {Made}",
        ];

    /// <summary>The columns of the tables that <see cref="Find"/> looked at: schema, name, columns.</summary>
    public BatchStep Columns(IReadOnlyList<ObjectName> tables) =>
        $"""
            SELECT u.table_schema, u.table_name, u.columns FROM {table} AS u
            JOIN jsonb_array_elements({SqlString.Literal(
                JsonText.Of(tables)
            )}::jsonb) AS c ON u.table_schema = c ->> 0 AND u.table_name = c ->> 1
            """;

    /// <summary>Forgets the rows of tables that are restored: from now on they are as any other.</summary>
    public BatchStep Settle(IReadOnlyList<ObjectName> tables) =>
        $"""
            DELETE FROM {table} AS u USING jsonb_array_elements({SqlString.Literal(JsonText.Of(tables))}::jsonb) AS c
            WHERE u.table_schema = c ->> 0 AND u.table_name = c ->> 1
            """;

    private string Of(IReadOnlyList<ObjectName> tables) =>
        Rows(
            $"EXISTS (SELECT FROM jsonb_array_elements({SqlString.Literal(JsonText.Of(tables))}::jsonb) AS c WHERE u.table_schema = c ->> 0 AND u.table_name = c ->> 1)"
        );

    // A table that an older version made knows no numbers: the names then stand for those outside, which are null.
    private string Rows(string condition) =>
        $"""
            SELECT o.* FROM (SELECT NULL::oid AS relation, NULL::smallint[] AS numbers) AS d CROSS JOIN LATERAL (
                SELECT u.table_schema, u.table_name, u.migrations, u.columns, u.key, u.made, u.others, u.file, u.transactions, relation, numbers
                FROM {table} AS u WHERE {condition}
            ) AS o ORDER BY 1, 2
            """;

    private static string DigestsOf(string wanted) =>
        $"(SELECT coalesce(jsonb_object_agg(d.oid, d.digest), '{"{}"}') FROM ({LargeObjectContent.Digests(wanted)}) AS d)";

    private BatchStep ForEach(string migration, string large, string body) =>
        Block(
            Variables,
            $"""
            FOR r IN {Rows($"{SqlString.Literal(migration)} = ANY (u.migrations)")} LOOP
                IF r.{OfLargeObjects.Replace(" AND ", " AND r.", StringComparison.Ordinal)} THEN
                    {large}
                    CONTINUE;
                END IF;
                {Source}
                CONTINUE WHEN rel IS NULL;
                {body}
            END LOOP;
            """
        );

    private static BatchStep Block(string variables, string body) => "DO " + SqlString.Literal($"{variables} BEGIN\n{body}\nEND");
}
