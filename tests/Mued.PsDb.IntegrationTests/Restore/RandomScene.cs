using System.Globalization;

namespace Mued.PsDb.Tests;

/// <summary>A seeded undo in a schema of its own, migrated and filled, with what its data was before.</summary>
internal sealed class RandomScene : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly MigrationSet set;
    private readonly string folder;

    private RandomScene(TestDatabase database, MigrationSet set, string schema, string folder) =>
        (this.database, this.set, Schema, this.folder) = (database, set, schema, folder);

    public string Schema { get; }

    public IReadOnlyList<string> Before { get; private set; } = [];

    public string BackupPath => Path.Combine(folder, Schema);

    public UndoOptions Undo =>
        new()
        {
            Path = set.Path,
            HistoryTable = History,
            Target = "0",
            BackupPath = BackupPath,
        };

    private string History => Schema + ".mued_schema_history";

    public static async Task<RandomScene> CreateAsync(TestDatabase database, int seed, string folder)
    {
        var data = new RandomData(seed);
        var schema = string.Create(CultureInfo.InvariantCulture, $"r{seed}");
        var path = $"SET search_path = {schema};\n";
        var set = new MigrationSet(
            ("0001_up.sql", path + data.Up),
            ("0002_second.sql", path + data.Second),
            ("rollback_0001_up.sql", path + data.Down)
        );
        var scene = new RandomScene(database, set, schema, folder);
        await database.ExecuteAsync($"CREATE SCHEMA {schema}; {path} {data.Before}");
        await scene.MigrateAsync();
        await database.ExecuteAsync(path + data.Fill);
        scene.Before = await scene.DumpAsync();
        return scene;
    }

    public async Task MigrateAsync() =>
        Check(
            (await MigrationRunner.RunAsync(UndoScene.SettingsOf(database.Url), new() { Path = set.Path, HistoryTable = History })).Error,
            "migrate"
        );

    public Task<RestoreReport> RestoreAsync(string? url = null) =>
        BackupRestorer.RunAsync(UndoScene.SettingsOf(url ?? database.Url), new() { Path = BackupPath, MaxAttempts = 1 });

    /// <summary>Whether the migrations are still applied.</summary>
    public Task<bool> AppliedAsync() => database.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM {History} WHERE undone_at IS NULL)");

    public void Check(MuedError? error, string what) => Assert.True(error is null, $"{Schema}, {what}: {error}\n{Files()}");

    public async Task CheckDataAsync()
    {
        var after = await DumpAsync();
        var lines = Before.Except(after).Select(line => "- " + line).Concat(after.Except(Before).Select(line => "+ " + line)).Take(20);
        Assert.True(Before.SequenceEqual(after), $"{Schema}:\n{string.Join('\n', lines)}\n{Files()}");
    }

    public async ValueTask DisposeAsync()
    {
        await database.ExecuteAsync($"DROP SCHEMA {Schema} CASCADE");
        set.Dispose();
    }

    /// <summary>The data as pg_dump has it, in an order of its own: COPY's text of each row, and where each sequence stands.</summary>
    private async Task<IReadOnlyList<string>> DumpAsync()
    {
        var lines = new List<string>();
        await using var connection = await database.OpenAsync();
        var tables = await database.ColumnAsync<string>(
            $"SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = '{Schema}' AND tablename NOT LIKE 'mued%' ORDER BY 1"
        );
        foreach (var table in tables)
        {
            using var copy = await connection.BeginTextExportAsync($"COPY {table} TO STDOUT");
            lines.AddRange((await copy.ReadToEndAsync()).Split('\n').Where(line => line.Length > 0).Select(line => $"{table} {line}"));
        }

        lines.AddRange(
            await database.ColumnAsync<string>(
                $"SELECT concat_ws(' ', sequencename, coalesce(last_value::text, 'fresh')) FROM pg_sequences WHERE schemaname = '{Schema}' AND sequencename NOT LIKE 'mued%'"
            )
        );
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    private string Files() =>
        string.Join("\n-- \n", Directory.EnumerateFiles(set.Path).Order(StringComparer.Ordinal).Select(File.ReadAllText));
}
