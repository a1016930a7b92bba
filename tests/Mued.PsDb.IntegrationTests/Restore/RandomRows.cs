namespace Mued.PsDb.Tests;

/// <summary>Rows for every table of a <see cref="RandomSchema"/>, and sequences in odd states.</summary>
internal static class RandomRows
{
    private static readonly (string Type, string Value)[] Values =
    [
        ("int2", "i"),
        ("int4", "i"),
        ("int8", "i"),
        ("numeric", "i / 8.0"),
        ("float4", "(ARRAY['NaN', 'infinity', '-0', '0.1']::real[])[i % 4 + 1]"),
        ("float8", "i / 3.0::float8"),
        ("text", @"E'tab\t\\ \n' || i"),
        ("varchar", "i::text"),
        ("bpchar", "i::text"),
        ("name", "'n' || i"),
        ("bool", "i % 2 = 0"),
        ("date", "date '2020-01-01' + i"),
        ("time", "time '12:00:01' + i * interval '1 minute'"),
        ("timestamp", "timestamp '2020-01-01 00:00:00.123456' + i * interval '1 hour'"),
        ("timestamptz", "timestamptz '2020-01-01 00:00:00+09' + i * interval '1 day'"),
        ("interval", "i * interval '1 day 03:04:05.678'"),
        ("bytea", "decode(md5(i::text), 'hex')"),
        ("uuid", "md5(i::text)::uuid"),
        ("json", "json_build_object('b', i, 'a', NULL)"),
        ("jsonb", "jsonb_build_array(i, 'x')"),
        ("xml", "('<a>' || i || '</a>')::xml"),
        ("inet", "('10.0.0.' || i)::inet"),
        ("bit", "i::bit(5)"),
        ("varbit", "i::bit(9)"),
        ("int4range", "int4range(i, i + 5)"),
        ("_int4", "ARRAY[i, NULL, i + 1]"),
        ("_text", @"ARRAY['a,b', '""', NULL, '', '{}', i::text]"),
        ("tsvector", "to_tsvector('simple', 'w' || i)"),
        ("point", "point(i, -i)"),
        ("money", "i::numeric::money"),
    ];

    /// <summary>A block that fills the tables of a schema as far as their constraints let it, and moves half of the sequences.</summary>
    public static string Fill(string schema, int seed) =>
        $$"""
            DO $fill$
            DECLARE
                t record;
            BEGIN
                SET CONSTRAINTS ALL IMMEDIATE;
                PERFORM setseed({{seed % 1000}} / 1000.0);
                FOR t IN
                    SELECT format('%I.%I', n.nspname, c.relname) AS name, array_agg(quote_ident(a.attname) ORDER BY a.attnum) AS columns,
                        array_agg(CASE
                            WHEN a.attname IN ('id', 'r') AND y.typname = 'text' THEN 'i::text'
                            WHEN y.typtype = 'e' THEN format('(enum_range(NULL::%s))[1 + i %% cardinality(enum_range(NULL::%1$s))]', y.oid::regtype)
                            ELSE v.sql END ORDER BY a.attnum) AS sqls
                    FROM pg_class AS c
                    JOIN pg_namespace AS n ON n.oid = c.relnamespace
                    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                    JOIN pg_type AS d ON d.oid = a.atttypid
                    JOIN pg_type AS y ON y.oid = coalesce(nullif(d.typbasetype, 0), d.oid)
                    LEFT JOIN (VALUES {{string.Join(
                ", ",
                Values.Select(value => $"('{value.Type}', $v${value.Value}$v$)")
            )}}) AS v (type, sql) ON v.type = y.typname
                    WHERE n.nspname = '{{schema}}' AND c.relkind = 'r' GROUP BY c.oid, n.nspname, c.relname ORDER BY c.oid
                LOOP
                    FOR i IN 1..(random() * 12)::int LOOP
                        BEGIN
                            EXECUTE (
                                SELECT format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM (SELECT %s AS i) AS x', t.name,
                                    string_agg(u.name, ', ' ORDER BY u.place),
                                    string_agg(CASE WHEN u.name IN ('id', 'r') OR random() < 0.8 THEN u.sql ELSE 'NULL' END, ', ' ORDER BY u.place), i)
                                FROM unnest(t.columns, t.sqls) WITH ORDINALITY AS u (name, sql, place)
                            );
                        EXCEPTION WHEN integrity_constraint_violation THEN NULL;
                        END;
                    END LOOP;
                END LOOP;
                PERFORM setval(format('%I.%I', schemaname, sequencename), min_value + (random() * 9)::int, random() < 0.5)
                FROM pg_sequences WHERE schemaname = '{{schema}}' AND random() < 0.5;
            END $fill$
            """;
}
