using System.Globalization;
using System.Text;
using Npgsql;
using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

/// <summary>
/// The round trip of everything: random schemas with rows of every type, edited seeds, sequences in odd states and hand-made extras of every
/// kind, undone, migrated and restored: a dump of schema and data is what it was.
/// </summary>
public sealed class ObjectRoundTripTests(ITestOutputHelper output)
{
    private const int SchemasOfDatabase = 10;

    // pg_dump says nothing of the triggers of constraints.
    private const string Triggers = """
        SELECT concat_ws(' ', 'Trigger of', tgrelid::regclass, coalesce(k.conname, tgname), f.proname, tgenabled)
        FROM pg_trigger JOIN pg_proc AS f ON f.oid = tgfoid LEFT JOIN pg_constraint AS k ON k.oid = tgconstraint WHERE tgenabled <> 'O'
        """;

    private const string Large = """
        SELECT lo_from_bytea(70000 + n, convert_to(repeat('large ' || n, n * 9000), 'UTF8')) FROM generate_series(1, 5) AS n;
        COMMENT ON LARGE OBJECT 70002 IS 'two'; GRANT SELECT ON LARGE OBJECT 70003 TO pg_monitor; CREATE SEQUENCE o_numbers; SELECT setval('o_numbers', 70);

        """;

    private const string LargeUndone = """
        SELECT lo_put(70001, 90000, 'x'); SELECT lo_unlink(70002); SELECT lo_from_bytea(70002, 'y'); SELECT lo_unlink(70003);
        SELECT lo_truncate(lo_open(70004, 131072), 3); SELECT setval('o_numbers', 1);

        """;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Soak.Count(6, 300))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_dump_after_undo_migrate_and_restore_is_what_it_was(int seed)
    {
        using var set = Migrations(seed, out var before, out var fill);
        await using var scene = await UndoScene.CreateAsync(migrate: false, migrations: set.Path);
        await scene.Database.ExecuteAsync(before);
        await scene.MigrateAsync();
        await scene.Database.ExecuteAsync(fill);
        var made = await ChangeByHandAsync(scene.Database, seed);
        var dump = await DumpAsync(scene.Database);

        var undone = await scene.UndoneAsync(scene.Options with { Force = true, Target = "0" });
        await scene.MigrateAsync();
        var restored = await scene.RestoreAsync();

        Empty(restored.Objects.Where(item => !IsWell(item)).Select(Line));
        Assert.Null(restored.Error);
        Empty(Differences(dump, await DumpAsync(scene.Database), restored));
        output.WriteLine(
            $"Seed {seed}: {made} statements by hand; {undone.Objects.Count} objects, {undone.Backup!.Rows} rows and {undone.Sequences.Count} sequences went, {restored.Objects.Count(item => item.Status == RestoredObjectStatus.Restored)} objects were made again."
        );
    }

    /// <summary>Schemas r with tables of every type and kind, d with seeds and with tables that stay and whose rows change.</summary>
    private static MigrationSet Migrations(int seed, out string before, out string fill)
    {
        var (made, undo, second) = (new StringBuilder(), new StringBuilder(), new StringBuilder());
        var (first, rows) = (new StringBuilder(), new StringBuilder());
        for (var i = 0; i < SchemasOfDatabase; i += 2)
        {
            var (random, data, path) = (
                new RandomSchema((seed * 1000) + i, $"r{i}"),
                new RandomData((seed * 1000) + i),
                $"SET search_path = d{i};\n"
            );
            first.Append(CultureInfo.InvariantCulture, $"CREATE SCHEMA d{i}; {path} {data.Before}\n");
            made.Append(CultureInfo.InvariantCulture, $"{random.Create(tables: 4)}\n{path}{data.Up}\nRESET search_path;\n");
            second.Append(CultureInfo.InvariantCulture, $"{path}{data.Second};\nRESET search_path;\n");
            undo.Append(CultureInfo.InvariantCulture, $"{path}{data.Down}\nRESET search_path; DROP SCHEMA r{i} CASCADE;\n");
            rows.Append(CultureInfo.InvariantCulture, $"{path}{data.Fill}; RESET search_path; {RandomRows.Fill($"r{i}", seed + i)};\n");
        }

        (before, fill) = (Large + first, rows.ToString());
        return new(
            ("0001_made.sql", made.ToString()),
            ("0002_second.sql", second.ToString()),
            ("rollback_0001_made.sql", LargeUndone + undo)
        );
    }

    private static async Task<IReadOnlyList<string>> DumpAsync(TestDatabase database) =>
        [.. await SchemaDump.ReadAsync(database, data: true), .. await database.ColumnAsync<string>(Triggers)];

    private static void Empty(IEnumerable<string> lines)
    {
        var text = string.Join('\n', lines);
        Assert.True(text.Length == 0, text);
    }

    /// <summary>What people made by hand and a migration makes otherwise is left as it is, and named in the report.</summary>
    private static bool IsWell(RestoredObject item) =>
        item.Status is RestoredObjectStatus.Present or RestoredObjectStatus.Restored || IsOtherComment(item);

    private static bool IsOtherComment(RestoredObject item) =>
        item is { Status: RestoredObjectStatus.Different, Kind: "table comment" or "column comment" };

    private static string Line(RestoredObject item) => $"{item.Kind} {item.Name} {item.Status}: {item.Reason} [{item.Statement}]";

    private static IEnumerable<string> Differences(IReadOnlyList<string> before, IReadOnlyList<string> after, RestoreReport report)
    {
        var (lost, made) = (before.Except(after).ToList(), after.Except(before).ToList());
        var named = lost.Where(text =>
                report.Objects.Any(item => IsOtherComment(item) && text.Contains(item.Statement!, StringComparison.Ordinal))
            )
            .Select(Head)
            .ToHashSet();
        return lost.Where(text => !named.Contains(Head(text)))
            .Select(text => "lost " + text)
            .Concat(made.Where(text => !named.Contains(Head(text))).Select(text => "new " + text));

        static string Head(string text) => text.Split('\n')[0];
    }

    private static async Task<int> ChangeByHandAsync(TestDatabase database, int seed)
    {
        await database.ExecuteAsync("CREATE SCHEMA o; CREATE PUBLICATION news");
        var statements = new List<string>();
        for (var i = 0; i < SchemasOfDatabase; i += 2)
        {
            var hand = new HandMade((seed * 1000) + i, $"r{i}");
            var tables = await database.ColumnAsync<string>(
                $"""
                SELECT format('%I.%I', nspname, relname) || relpersistence::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
                WHERE nspname IN ('r{i}', 'd{i}') AND relname NOT LIKE 'k%' AND relkind = 'r'
                    AND EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p' AND cardinality(conkey) = 1)
                ORDER BY nspname DESC, relname COLLATE "C"
                """
            );
            statements.AddRange(tables.SelectMany((table, n) => hand.On(table[..^1], logged: table[^1] == 'p', first: n == 0)));
        }

        await using var connection = await database.OpenAsync();
        foreach (var statement in statements)
        {
            try
            {
                await using var command = new NpgsqlCommand(statement, connection);
                await command.ExecuteNonQueryAsync();
            }
            catch (PostgresException e)
            {
                throw new InvalidOperationException($"{e.MessageText}: {statement}", e);
            }
        }

        return statements.Count;
    }
}
