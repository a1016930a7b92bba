using System.Globalization;
using System.Text;

namespace Mued.PsDb.Tests;

/// <summary>
/// A seeded undo to take back: tables that stay, two files of migrations that make others, fill them and change those that stay, the rollback
/// script, and what users write in between. Names are of one schema.
/// </summary>
internal sealed class RandomData
{
    private static readonly (string Type, string Value)[] Types =
    [
        ("int", "i * 7"),
        ("bigint", "i::bigint << 33"),
        ("numeric", "i / 7.0"),
        ("numeric(12,4)", "i / 3.0"),
        ("real", "(ARRAY['NaN', 'infinity', '-0', '0.1']::real[])[i % 4 + 1]"),
        ("float8", "i / 3.0::float8"),
        ("text", "E'tab\\t\\\\ \\n' || i"),
        ("varchar(40)", "repeat(' ', i % 3) || i"),
        ("char(6)", "'c' || i"),
        ("bool", "i % 2 = 0"),
        ("date", "date '2020-01-01' + i"),
        ("timestamp", "timestamp '2020-01-01 00:00:00.123456' + i * interval '1 hour'"),
        ("timestamptz", "timestamptz '2020-01-01 00:00:00+09' + i * interval '1 day'"),
        ("timetz", "timetz '12:00:01+05'"),
        ("interval", "i * interval '1 month 2 days 03:04:05.678'"),
        ("bytea", "decode(md5(i::text), 'hex')"),
        ("uuid", "md5(i::text)::uuid"),
        ("json", "json_build_object('b', i, 'a', NULL)"),
        ("jsonb", "jsonb_build_array(i, 'x')"),
        ("xml", "('<a>' || i || '</a>')::xml"),
        ("inet", "('10.0.0.' || i % 200)::inet"),
        ("bit(5)", "(i % 32)::bit(5)"),
        ("point", "point(i, -i)"),
        ("money", "i::numeric::money"),
        ("tsvector", "to_tsvector('simple', 'w' || i)"),
        ("int4range", "int4range(i, i + 5)"),
        ("int[]", "ARRAY[i, NULL, i + 1]"),
        ("text[]", "ARRAY['a,b', '\"', NULL, '', '{}', i::text]"),
        ("positive", "i"),
        ("pair", "ROW(i, 'x,\"y\"')::pair"),
        ("pair[]", "ARRAY[ROW(i, NULL)::pair, NULL]"),
        ("nothing", "ROW()::nothing"),
        ("mood", "(ARRAY['sad', 'ok', 'very happy']::mood[])[i % 3 + 1]"),
    ];

    private static readonly string[] Keys =
    [
        "id int PRIMARY KEY",
        "id serial PRIMARY KEY",
        "id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "id uuid PRIMARY KEY DEFAULT gen_random_uuid()",
        "id int, part text DEFAULT 'p', PRIMARY KEY (id, part)",
        "id serial",
    ];

    private readonly Random random;
    private readonly StringBuilder fill = new();
    private readonly StringBuilder second = new();

    public RandomData(int seed)
    {
#pragma warning disable CA5394 // The same for the same seed.
        random = new(seed);
        var (before, up, down) = (new StringBuilder(Kinds), new StringBuilder(), new StringBuilder());
        for (var i = Next(1, 2); i > 0; i--)
            Stays(before, up, down, i);
        var tables = Next(1, 4);
        for (var i = 1; i <= tables; i++)
            Goes(up, i);
        for (var i = Next(0, 2); i > 0; i--)
        {
            up.AppendLine(Format($"CREATE SEQUENCE s{i} INCREMENT {Pick(1, 2, -1, -5)}{Pick("", " CACHE 7", " CYCLE")};"));
            fill.AppendLine(Format($"SELECT nextval('s{i}') FROM generate_series(1, {Next(0, 5)});"));
            down.AppendLine(Format($"DROP SEQUENCE s{i};"));
        }

        down.AppendLine(Format($"DROP TABLE {string.Join(", ", Enumerable.Range(1, tables).Select(i => $"t{i}"))} CASCADE;"));
        (Before, Up, Down) = (before.ToString(), up.ToString(), down.ToString());
#pragma warning restore CA5394
    }

    private const string Kinds = """
        CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE TYPE pair AS (a int, b text); CREATE TYPE nothing AS (); CREATE TYPE mood AS ENUM ('sad', 'ok', 'very happy');

        """;

    /// <summary>What is there before the migrations.</summary>
    public string Before { get; }

    /// <summary>The first file.</summary>
    public string Up { get; }

    /// <summary>The second file.</summary>
    public string Second => second.Length > 0 ? second.ToString() : "SELECT 1";

    /// <summary>The rollback script of both.</summary>
    public string Down { get; }

    /// <summary>What users write.</summary>
    public string Fill => fill.ToString();

    /// <summary>A table that stays: columns come and go, rows are changed, deleted, written anew.</summary>
    private void Stays(StringBuilder before, StringBuilder up, StringBuilder down, int number)
    {
        var (name, key) = ($"k{number}", Pick("PRIMARY KEY", "UNIQUE NOT NULL"));
        var columns = Columns(3);
        var rows = Next(0, 30);
        before.AppendLine(Format($"CREATE TABLE {name} (id int {key}, n int, w numeric(9,3){Declare(columns)});"));
        before.AppendLine(Format($"INSERT INTO {name} SELECT i, i, i / 8.0{Values(columns)} FROM generate_series(1, {rows}) AS i;"));
        if (Chance(60))
        {
            var added = Pick("float DEFAULT random()", "uuid DEFAULT gen_random_uuid()", "int DEFAULT 7", "text", "serial");
            (Chance(50) ? up : second).AppendLine(Format($"ALTER TABLE {name} ADD added {added};"));
            down.AppendLine(Format($"ALTER TABLE {name} DROP added;"));
            if (Chance(60))
                fill.AppendLine(Format($"UPDATE {name} SET added = DEFAULT WHERE id % 3 = 1;"));
        }

        if (Chance(50))
        {
            second.AppendLine(Format($"UPDATE {name} SET n = n + 1000 WHERE id % 4 = 1;"));
            down.AppendLine(Format($"UPDATE {name} SET n = n - 1000 WHERE n > 999;"));
            fill.AppendLine(Format($"UPDATE {name} SET n = n + 5 WHERE id % 8 = 1;"));
        }

        if (Chance(40))
        {
            up.AppendLine(Format($"INSERT INTO {name} (id, n) SELECT i, i FROM generate_series(101, {Next(101, 109)}) AS i;"));
            down.AppendLine(Format($"DELETE FROM {name} WHERE id > 100;"));
            fill.AppendLine(Format($"UPDATE {name} SET n = 0 WHERE id = 102; DELETE FROM {name} WHERE id = 103;"));
        }

        if (Chance(25))
        {
            up.AppendLine(Format($"ALTER TABLE {name} ALTER w TYPE numeric;"));
            down.AppendLine(Format($"ALTER TABLE {name} ALTER w TYPE numeric(9,3);"));
            fill.AppendLine(Format($"UPDATE {name} SET w = id / 7.0 WHERE id % 2 = 0;"));
        }

        if (Chance(15))
            down.AppendLine(Format($"TRUNCATE {name};"));
    }

    /// <summary>A table that goes, with seeds that users edit.</summary>
    private void Goes(StringBuilder up, int number)
    {
        var (name, key, columns) = ($"t{number}", Pick(Keys), Columns(6));
        var explicitKey = key.StartsWith("id int PRIMARY", StringComparison.Ordinal) || key.StartsWith("id int,", StringComparison.Ordinal);
        up.AppendLine(Format($"CREATE TABLE {name} ({key}, made text DEFAULT md5(random()::text){Declare(columns)});"));
        var names = string.Join(", ", columns.Select((_, i) => Format($"c{i}")).Prepend("made"));
        var values = Format($"md5(random()::text){Values(columns)}");
        Insert(up, 1, Next(0, 6));
        if (Chance(40))
            Insert(second, 11, Next(11, 14));
        if (Chance(40))
            second.AppendLine(Format($"UPDATE {name} SET made = made || '+';"));
        if (Chance(40))
            second.AppendLine(Format($"ALTER TABLE {name} ADD late float DEFAULT random();"));
        Insert(fill, 21, Next(20, 60));
        fill.AppendLine(
            Format($"UPDATE {name} SET made = 'edited' WHERE ctid IN (SELECT ctid FROM {name} ORDER BY made LIMIT {Next(0, 4)});")
        );
        fill.AppendLine(Format($"DELETE FROM {name} WHERE ctid IN (SELECT ctid FROM {name} ORDER BY made DESC LIMIT {Next(0, 3)});"));

        void Insert(StringBuilder into, int first, int last) =>
            into.AppendLine(
                explicitKey
                    ? Format($"INSERT INTO {name} (id, {names}) SELECT i, {values} FROM generate_series({first}, {last}) AS i;")
                    : Format($"INSERT INTO {name} ({names}) SELECT {values} FROM generate_series({first}, {last}) AS i;")
            );
    }

    private List<(string Type, string Value)> Columns(int most) => [.. Enumerable.Range(0, Next(0, most)).Select(_ => Pick(Types))];

    private static string Declare(List<(string Type, string Value)> columns) =>
        string.Concat(columns.Select((column, i) => Format($", c{i} {column.Type}")));

    private string Values(List<(string Type, string Value)> columns) =>
        string.Concat(
            columns.Select(column => Chance(20) ? Format($", CASE WHEN i % 3 > 0 THEN {column.Value} END") : $", {column.Value}")
        );

#pragma warning disable CA5394
    private int Next(int least, int most) => random.Next(least, most + 1);

    private bool Chance(int percent) => random.Next(100) < percent;

    private T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];
#pragma warning restore CA5394

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
