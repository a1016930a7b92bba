using System.Globalization;
using System.Text;

namespace Mued.PsDb.Tests;

/// <summary>Random schemas from a seed: SQL that makes types, tables, constraints, indexes, comments, triggers and policies.</summary>
internal sealed class RandomSchema(int seed, string schema, SqlStyle? style = null)
{
    private static readonly string[] Types =
    [
        "integer",
        "bigint",
        "smallint",
        "text",
        "varchar(20)",
        "char(3)",
        "numeric",
        "numeric(10,3)",
        "boolean",
        "uuid",
        "date",
        "timestamp",
        "timestamp(3)",
        "timestamptz",
        "time(0)",
        "interval day to second(2)",
        "bytea",
        "jsonb",
        "json",
        "double precision",
        "real",
        "inet",
        "bit(5)",
        "varbit(9)",
        "int4range",
        "integer[]",
        "text[]",
        "name",
        "xml",
        "tsvector",
        "point",
        "money",
    ];

    private static readonly string[] Names =
    [
        "a",
        "order",
        "User",
        "with space",
        "ünïcode",
        "quote\"d",
        "dot.ted",
        "x1",
        "select",
        "naïve",
        "b_c",
        "it's",
        "T",
    ];

    private readonly Random random = new(seed);
    private readonly SqlStyle style = style ?? new(null);
    private readonly List<string> late = [];
    private readonly List<(string Kind, string Name, string Privileges)> granted = [];
    private readonly StringBuilder sql = new();
    private readonly List<string> enums = [];
    private readonly List<string> domains = [];
    private readonly List<(string Name, string Key, string Type)> keys = [];

    /// <summary>Whether it has owners, privileges, and expressions that are printed otherwise after a dump or under other settings.</summary>
    public bool Whole { get; init; }

    /// <summary>Objects made so far.</summary>
    public int Count { get; private set; }

    public string Create(int tables)
    {
        Add($"CREATE SCHEMA {schema}");
        Add($"CREATE FUNCTION {schema}.touch() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN NEW; END $f$");
        for (var i = 0; i < tables / 5; i++)
            AddEnum(i);
        for (var i = 0; i < tables / 5; i++)
            AddDomain(i);
        for (var i = 0; i < tables / 10; i++)
        {
            Add(
                $"CREATE SEQUENCE {schema}.s{i} AS {style.Type(Pick("integer", "bigint", "smallint"))} INCREMENT {style.Way("", "BY ")}{random.Next(1, 9)} MINVALUE {random.Next(1, 5)} START {style.Way("", "WITH ")}{random.Next(5, 99)} CACHE {random.Next(1, 5)} {Pick("CYCLE", "NO CYCLE")}"
            );
            granted.Add(("SEQUENCE", $"{schema}.s{i}", "USAGE, SELECT"));
        }

        for (var i = 0; i < tables; i++)
            AddTable(i);
        for (var i = 0; i < tables / 5; i++)
            AddView(i);
        if (Whole)
            AddRoles();
        foreach (var statement in style.Order(late))
            Add(statement);
        return sql.ToString();
    }

    private void AddEnum(int i)
    {
        var name = $"{schema}.{Quoted("e" + i + Pick(Names))}";
        enums.Add(name);
        granted.Add(("TYPE", name, "USAGE"));
        Add(
            $"CREATE TYPE {name} AS ENUM ({string.Join(", ", Enumerable.Range(0, random.Next(1, 8)).Select(n => $"'{Pick(Names).Replace("'", "''", StringComparison.Ordinal)}{n}'"))})"
        );
    }

    private void AddDomain(int i)
    {
        var name = $"{schema}.d{i}";
        domains.Add(name);
        Add(
            $"CREATE DOMAIN {name} AS {Pick("integer DEFAULT 3 CHECK (VALUE > 0)", "text COLLATE \"C\" NOT NULL", "varchar(9) CONSTRAINT short CHECK (length(VALUE) < 5) CHECK (VALUE <> '')", "numeric(6,2)")}"
        );
    }

    private void AddTable(int i)
    {
        var name = $"{schema}.{Quoted("t" + i + Pick(Names))}";
        var columns = new List<(string Name, string Type)>();
        var parts = new List<string>();
        var after = new List<string>();
        for (var c = 0; c < random.Next(1, 9); c++)
        {
            var column = Quoted(c + Pick(Names));
            var type = random.Next(8) switch
            {
                0 when enums.Count > 0 => Pick([.. enums]),
                1 when domains.Count > 0 => Pick([.. domains]),
                _ => Pick(Types),
            };
            columns.Add((column, type));
            var (value, needed) = (Default(type), random.Next(3) == 0 ? " NOT NULL" : "");
            parts.Add($"{column} {style.Type(type)}{Collation(type)}{Inline(value, column, after)}{Inline(needed, column, after)}");
        }

        var keyType = Pick("integer", "bigint", "uuid", "text");
        parts.Insert(
            0,
            $"id {style.Type(keyType)}"
                + (
                    keyType is "integer" or "bigint" && random.Next(2) == 0
                        ? Pick(" GENERATED ALWAYS AS IDENTITY", " GENERATED BY DEFAULT AS IDENTITY")
                        : ""
                )
        );
        Constrain($"CONSTRAINT {Quoted($"pk{i}")} PRIMARY KEY (id)");
        if (random.Next(3) == 0)
            parts.Add("n1 integer DEFAULT 1, n2 integer GENERATED ALWAYS AS (n1 * 2) STORED");
        if (random.Next(3) == 0)
            Constrain(
                $"CONSTRAINT {Quoted($"c{i} {Pick(Names)}")} CHECK (id IS NOT NULL{(keyType == "text" ? " AND id <> 'it''s' AND length(id) BETWEEN 1 AND 9" : "")})"
            );
        if (random.Next(3) == 0)
            // In one statement with the key it would be left out by the server.
            after.Add($"ADD CONSTRAINT u{i} UNIQUE (id){Pick("", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED")}");
        if (keys.Count > 0 && random.Next(2) == 0)
        {
            var target = keys[random.Next(keys.Count)];
            parts.Add($"r {style.Type(target.Type)}");
            Constrain(
                $"CONSTRAINT f{i} FOREIGN KEY (r) REFERENCES {target.Name} ({target.Key}){Pick("", " ON DELETE CASCADE", " ON DELETE SET NULL", " ON UPDATE RESTRICT")}{Pick("", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED")}"
            );
        }

        if (Whole)
        {
            foreach (var (column, type) in columns)
            {
                if (Condition(column, type) is { } condition && random.Next(2) == 0)
                    Constrain($"CONSTRAINT {Quoted("holds " + column)} CHECK ({condition})");
            }
        }

        // A permanent table may not refer to an unlogged one, so those are never referred to.
        var unlogged = random.Next(5) == 0;
        Add(
            $"CREATE {(unlogged ? "UNLOGGED " : "")}TABLE {name} ({string.Join(", ", parts)}){Pick("", "", $" WITH (fillfactor = {random.Next(50, 100)})")}"
        );
        foreach (var statement in style.Order(after))
            Add($"ALTER TABLE {style.Way("", "ONLY ")}{name} {statement}");
        granted.Add(("TABLE", name, "SELECT, INSERT, UPDATE"));
        if (!unlogged)
            keys.Add((name, "id", keyType));

        for (var n = 0; n < random.Next(0, 4); n++)
        {
            var (column, type) = columns[random.Next(columns.Count)];
            if (type is "json" or "xml" or "point")
                continue;
            var hash = random.Next(6) == 0 && type is "integer" or "text" or "uuid" && random.Next(2) == 0;
            late.Add(
                hash
                    ? $"CREATE INDEX {Quoted($"i{i}_{n}{Pick(Names)}")} ON {name} USING hash ({column})"
                    : $"CREATE {Pick("", "UNIQUE ")}INDEX {Quoted($"i{i}_{n}{Pick(Names)}")} ON {name} {style.Way("", "USING btree ")}({column}{Pick(style.Way("", " ASC NULLS LAST"), style.Way(" DESC", " DESC NULLS FIRST"), " NULLS FIRST", " DESC NULLS LAST")}{Pick("", ", id")}){Pick("", " INCLUDE (id)")}{Pick("", $" WHERE {(Whole ? Condition(column, type) : null) ?? $"{column} IS NOT NULL"}")}"
            );
        }

        if (random.Next(3) == 0)
            late.Add($"COMMENT ON TABLE {name} IS 'it''s {Pick(Names).Replace("'", "''", StringComparison.Ordinal)}'");
        if (random.Next(2) == 0)
            late.Add($"COMMENT ON COLUMN {name}.{columns[0].Name} IS E'two\\nlines'");
        if (random.Next(3) == 0)
        {
            late.Add(
                $"CREATE TRIGGER {Quoted($"g{i}{Pick(Names)}")} {Pick("BEFORE", "AFTER")} {Pick("INSERT", "UPDATE", "INSERT OR DELETE")} ON {name} FOR {style.Way("EACH ", "")}{Pick("ROW", "STATEMENT")} EXECUTE {style.Way("FUNCTION", "PROCEDURE")} {schema}.touch({Pick("", "'x'")})"
            );
        }

        if (random.Next(5) == 0)
        {
            late.Add($"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY");
            late.Add(
                $"CREATE POLICY p{i} ON {name} AS {Pick("PERMISSIVE", "RESTRICTIVE")} FOR {Pick("ALL", "SELECT", "DELETE")}{style.Way("", " TO PUBLIC")} USING (id IS NOT NULL)"
            );
        }

        void Constrain(string constraint)
        {
            if (style.Apart)
                after.Add("ADD " + constraint);
            else
                parts.Add(constraint);
        }
    }

    /// <summary>A default, or NOT NULL, as a part of the column or apart.</summary>
    private string Inline(string part, string column, List<string> after)
    {
        if (part.Length == 0 || !style.Apart)
            return part;
        after.Add($"ALTER {style.Way("", "COLUMN ")}{column} SET{part}");
        return "";
    }

    /// <summary>What is printed otherwise after a dump, or under other settings of the session.</summary>
    private static string? Condition(string column, string type) =>
        type switch
        {
            "varchar(20)" or "char(3)" => $"{column} IN ('a', 'b')",
            "text" => $"{column} <> E'a\\\\b' AND {column} BETWEEN 'a' AND 'z'",
            "date" => $"{column} > '2020-02-01'",
            "timestamp" => $"{column} > '2020-02-01 12:00'",
            "timestamptz" => $"{column} > '2020-02-01 12:00+00'",
            "interval day to second(2)" => $"{column} > '1 day 02:03'",
            "bytea" => $"{column} <> E'\\\\xff00'",
            "double precision" or "real" => $"{column} NOT IN (0.1, 0.3)",
            _ => null,
        };

    private void AddRoles()
    {
        late.Add($"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO pg_monitor");
        foreach (var (kind, name, privileges) in granted)
        {
            if (random.Next(2) == 0)
                late.AddRange(Grants(kind, name, privileges, Pick("pg_monitor", "pg_read_all_data", "PUBLIC")));
            if (random.Next(3) == 0)
                late.Add($"ALTER {kind} {name} OWNER TO {Pick("pg_monitor", "pg_signal_backend")}");
        }
    }

    private IEnumerable<string> Grants(string kind, string name, string privileges, string role) =>
        (style.Apart ? privileges.Split(", ") : [privileges]).Select(part => $"GRANT {part} ON {kind} {name} TO {role}");

    private void AddView(int i)
    {
        if (keys.Count == 0)
            return;
        var (name, key, _) = keys[random.Next(keys.Count)];
        Add(
            $"CREATE {Pick("", "MATERIALIZED ")}VIEW {schema}.v{i} AS SELECT x.{key} AS one, count(*) AS two FROM {name} AS x WHERE x.{key} IS NOT NULL GROUP BY x.{key}"
        );
        if (Whole)
        {
            Add(
                $"CREATE VIEW {schema}.w{i} AS SELECT one::text::varchar(9) AS one FROM {schema}.v{i} WHERE one::text::varchar(9) IN ('a', 'b') AND now() > '2020-02-01 12:00+00'"
            );
        }
    }

    private string Collation(string type) => type is "text" or "varchar(20)" && random.Next(4) == 0 ? " COLLATE \"C\"" : "";

    private string Default(string type) =>
        random.Next(3) > 0
            ? ""
            : type switch
            {
                "integer" or "bigint" or "smallint" => $" DEFAULT {random.Next(-9, 9)}",
                "text" or "varchar(20)" => Pick(" DEFAULT 'it''s'", " DEFAULT upper('x')", " DEFAULT E'a\\\\b'"),
                "numeric" or "numeric(10,3)" => string.Create(CultureInfo.InvariantCulture, $" DEFAULT {random.NextDouble():0.00}"),
                "boolean" => Pick(" DEFAULT true", " DEFAULT (1 > 2)"),
                "uuid" => " DEFAULT gen_random_uuid()",
                "timestamp" or "timestamptz" => Pick(" DEFAULT now()", " DEFAULT CURRENT_TIMESTAMP", " DEFAULT '2020-01-01 12:00+00'"),
                "date" => " DEFAULT CURRENT_DATE",
                "jsonb" => " DEFAULT '{}'",
                "integer[]" => " DEFAULT ARRAY[1, 2]",
                "interval day to second(2)" => " DEFAULT '1 day'",
                _ => "",
            };

    private string Pick(params string[] options) => options[random.Next(options.Length)];

    private static string Quoted(string name) => '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';

    private void Add(string statement)
    {
        sql.Append(statement).Append(";\n");
        Count++;
    }
}
