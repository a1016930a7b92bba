using System.Security.Cryptography;
using Mued.PsDb.Connections;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Runs;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Verification;

/// <summary>Finds out what a folder of migrations makes, by applying it to a database that is thrown away.</summary>
internal static class ScratchSchema
{
    private static readonly SchemaSnapshot Empty = new() { FormatVersion = SchemaSnapshot.CurrentFormatVersion, Scope = new() };

    /// <summary>The expectation of a folder of migrations.</summary>
    /// <param name="target">The database that is tested; its server takes the scratch database, where one is asked for.</param>
    /// <param name="options">The folder, and where to apply it.</param>
    /// <param name="progress">Told each step.</param>
    /// <param name="cancellationToken">Cancels; what was made is thrown away all the same.</param>
    public static async Task<SchemaSnapshot> MakeAsync(
        ConnectionSettings target,
        SchemaTestOptions options,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (options.ScratchDatabase)
            return await OnTargetAsync(target, options, progress, cancellationToken).ConfigureAwait(false);

        var (before, after) = await InSandboxAsync(options, progress, cancellationToken).ConfigureAwait(false);
        return WithoutBase(after, before);
    }

    /// <summary>All that a folder of migrations makes, to be compared with all that a database holds; without the tables that it builds on.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="progress">Told each step.</param>
    /// <param name="cancellationToken">Cancels; the sandbox is thrown away all the same.</param>
    public static async Task<SchemaSnapshot> MakeWholeAsync(
        string folder,
        SchemaCompareOptions options,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var test = new SchemaTestOptions
        {
            Path = folder,
            Layout = options.Layout,
            Variables = options.Variables,
            BaseFile = options.BaseFile,
        };
        var (before, after) = await InSandboxAsync(test, progress, cancellationToken).ConfigureAwait(false);
        var made = New(after.Relations, before.Relations, list => Empty with { Relations = list });
        var excluded = after.Relations.Except(made).Select(relation => relation.QualifiedName.ToString());
        return after with
        {
            Relations = made,
            // The comment is that of the sandbox's own database.
            Objects =
            [
                .. after
                    .Objects.Where(item => item.Kind != ObjectKind.Database)
                    .Select(item => item.Kind == ObjectKind.Extension ? item.InAnyVersion() : item),
            ],
            Scope = after.Scope with { Exclude = [.. after.Scope.Exclude, .. excluded] },
        };
    }

    private static async Task<(SchemaSnapshot Before, SchemaSnapshot After)> InSandboxAsync(
        SchemaTestOptions options,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        progress?.Report(new(ProgressKind.Step, Texts.Get("Schema.Step.Sandbox")));
        var server = await SandboxServer.StartAsync(new(), cancellationToken).ConfigureAwait(false);
        await using var _ = server.ConfigureAwait(false);
        var sandbox = ConnectionSettings.Resolve(new() { Connection = server.Url, ConnectionSource = "sandbox" });
        return await ApplyAsync(sandbox, options, progress, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<SchemaSnapshot> OnTargetAsync(
        ConnectionSettings target,
        SchemaTestOptions options,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        // Read before anything is made: a fault of the folder is found here, and what reaches beyond its database is told.
        var files = MigrationFolder.Read(options.Path!, [], options.AllowDuplicateVersion, options.Layout, options.Variables).Files;
        var beyond = ClusterInventory.Beyond(files);
        if (beyond.Count > 0)
            progress?.Report(new(ProgressKind.Warning, Texts.Get("Schema.Beyond", string.Join("; ", beyond), target.Target)));
        var inventory = await ClusterInventory.TakeAsync(target, cancellationToken).ConfigureAwait(false);
        var name = "mued_scratch_" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        progress?.Report(new(ProgressKind.Step, Texts.Get("Schema.Step.Scratch", name)));
        try
        {
            await ExecuteAsync(target, $"CREATE DATABASE {name} TEMPLATE template0", cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw Texts.Error(
                "ScratchDatabaseDenied",
                ExitCode.CheckFailed,
                new ErrorPlace(SqlState: e.SqlState, TargetName: target.Target),
                e,
                target.UserName
            );
        }

        try
        {
            var (before, after) = await ApplyAsync(target.WithDatabase(name), options, progress, cancellationToken).ConfigureAwait(false);
            return WithoutBase(after, before);
        }
        finally
        {
            // Cancelled or not, the target's server is left as it was.
            await ExecuteAsync(target, $"DROP DATABASE IF EXISTS {name} WITH (FORCE)", CancellationToken.None).ConfigureAwait(false);
            var text = string.Join('\n', files.Where(file => !file.Excluded).Select(file => file.Sql.Text));
            var left = await inventory.RestoreAsync(target, text, CancellationToken.None).ConfigureAwait(false);
            if (left.Count > 0)
                progress?.Report(new(ProgressKind.Warning, Texts.Get("Schema.Left", string.Join("; ", left), target.Target)));
        }
    }

    private static async Task<(SchemaSnapshot Before, SchemaSnapshot After)> ApplyAsync(
        ConnectionSettings scratch,
        SchemaTestOptions options,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (BaseFile(options) is { } file)
        {
            await MakeBaseAsync(scratch, file, cancellationToken).ConfigureAwait(false);
        }

        var before = await ReadAsync(scratch, cancellationToken).ConfigureAwait(false);
        var report = await MigrationRunner
            .RunAsync(
                scratch,
                new()
                {
                    Path = options.Path!,
                    Layout = options.Layout,
                    AllowDuplicateVersion = options.AllowDuplicateVersion,
                    Variables = options.Variables,
                },
                progress,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (report.Error is { } error)
            throw error.ToException();
        return (before, await ReadAsync(scratch, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>What the migrations made or changed. A changed object of the base is expected whole.</summary>
    private static SchemaSnapshot WithoutBase(SchemaSnapshot after, SchemaSnapshot before)
    {
        var relations = New(after.Relations, before.Relations, list => Empty with { Relations = list });
        return after with
        {
            Scope = SchemaScope.OfTables([.. relations.Select(relation => relation.QualifiedName.ToString())]),
            Relations = relations,
            Enums = New(after.Enums, before.Enums, list => Empty with { Enums = list }),
            Domains = New(after.Domains, before.Domains, list => Empty with { Domains = list }),
            Sequences = New(after.Sequences, before.Sequences, list => Empty with { Sequences = list }),
            Functions = New(after.Functions, before.Functions, list => Empty with { Functions = list }),
            Objects =
            [
                .. New(after.Objects, before.Objects, list => Empty with { Objects = list })
                    .Select(item => item.Kind == ObjectKind.Extension ? item.InAnyVersion() : item),
            ],
        };
    }

    private static List<T> New<T>(IReadOnlyList<T> after, IReadOnlyList<T> before, Func<IReadOnlyList<T>, SchemaSnapshot> alone)
    {
        // Records with lists are equal only by reference; their text says all there is.
        var known = before.Select(item => alone([item]).ToJson()).ToHashSet(StringComparer.Ordinal);
        return [.. after.Where(item => !known.Contains(alone([item]).ToJson()))];
    }

    private static async Task MakeBaseAsync(ConnectionSettings scratch, string file, CancellationToken cancellationToken)
    {
        var script = SqlScript.Parse(SqlFile.Decode(await ReadAsync(file, cancellationToken).ConfigureAwait(false), file), file);
        try
        {
            await ExecuteAsync(scratch, script.Statements.Select(script.TextOf), cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            var statement = e.BatchCommand is { } failed
                ? script.Statements.ToList().FindIndex(s => script.TextOf(s) == failed.CommandText)
                : -1;
            throw ServerError.From(e, script, statement < 0 ? null : statement, Path.GetFileNameWithoutExtension(file));
        }
    }

    private static async Task<SchemaSnapshot> ReadAsync(ConnectionSettings scratch, CancellationToken cancellationToken)
    {
        var connection = await scratch.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var schemas = await SchemaReader.SchemasAsync(connection, cancellationToken).ConfigureAwait(false);
        var scope = new SchemaScope { Schemas = schemas, Database = true };
        return await SchemaReader.ReadAsync(connection, scope, cancellationToken).ConfigureAwait(false);
    }

    private static string? BaseFile(SchemaTestOptions options)
    {
        if (options.BaseFile is { } given)
            return given;
        var beside = Path.Combine(
            Path.GetDirectoryName(Path.GetFullPath(options.Path!).TrimEnd(Path.DirectorySeparatorChar)) ?? "",
            "sandbox",
            "base.sql"
        );
        return File.Exists(beside) ? beside : null;
    }

    private static async Task<byte[]> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Texts.Error("BaseFileUnreadable", ExitCode.Usage, new ErrorPlace(file), e, file, e.Message);
        }
    }

    private static Task ExecuteAsync(ConnectionSettings settings, string sql, CancellationToken cancellationToken) =>
        ExecuteAsync(settings, [sql], cancellationToken);

    private static async Task ExecuteAsync(ConnectionSettings settings, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        var connection = await settings.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        List<BatchStep> steps = [.. statements.Select(BatchStep.Bare)];
        if (steps.Count == 0)
            return;

        // To make a database takes seconds, and a statement that does cannot share a batch.
        await connection.ExecuteAsync([ServerLimits.LiftInSession(connection, TimeSpan.Zero)], cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(steps, cancellationToken).ConfigureAwait(false);
    }
}
