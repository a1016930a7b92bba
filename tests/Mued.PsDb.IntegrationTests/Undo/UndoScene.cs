namespace Mued.PsDb.Tests;

/// <summary>A database of a test's own, with Phase 2 unless it brings other migrations, and a private folder for backups.</summary>
internal sealed class UndoScene : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mued-undo-");

    private MigrationSet? own;

    private UndoScene(TestDatabase database, string migrations) => (Database, Migrations) = (database, migrations);

    public TestDatabase Database { get; }

    public string Migrations { get; }

    /// <summary>The parent of backup folders.</summary>
    public string Folder => folder.FullName;

    /// <summary>A backup folder that does not exist yet.</summary>
    public string BackupPath => Path.Combine(Folder, "backup");

    public UndoOptions Options =>
        new()
        {
            Path = Migrations,
            BackupRoot = Folder,
            BackupPath = BackupPath,
        };

    public ConnectionSettings Settings => SettingsOf(Database.Url);

    /// <summary>The base tables and, unless told otherwise, Phase 2.</summary>
    public static async Task<UndoScene> CreateAsync(bool migrate = true, string? migrations = null, TestServer? server = null)
    {
        var scene = new UndoScene(await TestDatabase.CreatePhase2BaseAsync(server), migrations ?? BundledSql.Migrations);
        if (migrate)
            await scene.MigrateAsync();
        return scene;
    }

    /// <summary>
    /// Phase 2 with few rows and one of everything else that an undo takes: a sequence, large objects, what hangs on tables, and rows of a table
    /// that stays, which the rollback script changes.
    /// </summary>
    public static async Task<UndoScene> CreateRichAsync(TestServer? server = null)
    {
        var set = MigrationSet.CopyPhase2();
        await File.AppendAllTextAsync(
            set.FileOf("rollback_0006_add_rag_metrics.sql"),
            "UPDATE public.users SET email = upper(email);\nSELECT lo_unlink(oid) FROM pg_largeobject_metadata;\n"
        );
        var scene = await CreateAsync(migrations: set.Path, server: server);
        scene.own = set;
        await scene.FillAsync();
        await scene.Database.ExecuteAsync(
            """
            ALTER TABLE ai_dialogue_log ADD nr serial, ADD scan oid; COMMENT ON COLUMN ai_dialogue_log.nr IS 'by hand';
            UPDATE ai_dialogue_log SET scan = lo_from_bytea(0, convert_to(repeat('scan ' || nr, 60000 * (nr - 1)), 'UTF8')) WHERE nr < 3;
            CREATE INDEX by_hand ON provenance (content_type) WHERE content_type = 'generated'; GRANT SELECT ON provenance TO pg_monitor;
            CREATE TRIGGER by_hand AFTER UPDATE ON provenance FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
            ALTER TABLE provenance ENABLE ROW LEVEL SECURITY; CREATE POLICY by_hand ON provenance USING (true); SELECT setval('ai_dialogue_log_nr_seq', 70);
            """
        );
        return scene;
    }

    /// <summary>What of <see cref="CreateRichAsync"/> is no row of Phase 2's tables.</summary>
    public static Task<string> RestAsync(TestDatabase database) =>
        database.ScalarAsync<string>(
            """
            SELECT concat_ws('; ', (SELECT string_agg(u::text, ', ') FROM users AS u),
                (SELECT string_agg(md5(lo_get(oid)), ', ' ORDER BY oid) FROM pg_largeobject_metadata),
                (SELECT pg_sequence_last_value(oid) FROM pg_class WHERE relname = 'ai_dialogue_log_nr_seq'))
            """
        );

    public static ConnectionSettings SettingsOf(string url) => ConnectionSettings.Resolve(new() { Connection = url });

    public async Task MigrateAsync()
    {
        var report = await MigrationRunner.RunAsync(Settings, new() { Path = Migrations });
        Assert.Null(report.Error);
    }

    public async Task<UndoReport> UndoAsync(UndoOptions? options = null, CancellationToken cancellationToken = default) =>
        await UndoRunner.RunAsync(Settings, options ?? Options, null, cancellationToken);

    /// <summary>An undo that must succeed.</summary>
    public async Task<UndoReport> UndoneAsync(UndoOptions? options = null)
    {
        var report = await UndoAsync(options);
        Assert.Null(report.Error);
        Assert.Equal(RunStatus.Succeeded, report.Status);
        return report;
    }

    public Task<RestoreReport> RestoreAsync(ConflictAction onConflict = ConflictAction.Skip) =>
        BackupRestorer.RunAsync(Settings, new() { Path = BackupPath, OnConflict = onConflict });

    /// <summary>A restore that must load every row.</summary>
    public async Task<RestoreReport> RestoredAsync(ConflictAction onConflict = ConflictAction.Skip)
    {
        var report = await RestoreAsync(onConflict);
        Assert.Null(report.Error);
        Assert.Equal(RunStatus.Succeeded, report.Status);
        return report;
    }

    /// <summary>Few rows in every Phase 2 table.</summary>
    public Task FillAsync() =>
        Database.ExecuteAsync(
            """
            INSERT INTO users (id, clerk_id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'c1', 'a@example.org');
            INSERT INTO ai_dialogue_log (user_id, session_id, query, response, model_used)
            SELECT '00000000-0000-4000-8000-000000000001', gen_random_uuid(), 'q' || i, 'r' || i, 'm' FROM generate_series(1, 3) AS i;
            INSERT INTO provenance (content_id, content_type) VALUES (gen_random_uuid(), 'generated');
            INSERT INTO rag_metrics_history (date) VALUES ('2026-01-01');
            """
        );

    /// <summary>One line a Phase 2 table: how many rows, and a hash over all of them in order; or that it is absent.</summary>
    public Task<IReadOnlyList<string>> HashesAsync(params string[] tables) => HashesAsync(Database, tables);

    /// <summary>The same of another database.</summary>
    public static async Task<IReadOnlyList<string>> HashesAsync(TestDatabase database, params string[] tables)
    {
        var hashes = new List<string>();
        foreach (var table in tables.Length > 0 ? tables : Phase2Tables)
        {
            hashes.Add(
                await database.ScalarAsync<bool>($"SELECT to_regclass('{table}') IS NOT NULL")
                    ? await database.ScalarAsync<string>(
                        $"SELECT '{table} ' || count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY t.id)), '') FROM {table} AS t"
                    )
                    : $"{table} absent"
            );
        }

        return hashes;
    }

    public static string[] Phase2Tables { get; } = ["ai_dialogue_log", "plugin_registry", "provenance", "rag_metrics_history"];

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        own?.Dispose();
        folder.Delete(recursive: true);
    }
}
