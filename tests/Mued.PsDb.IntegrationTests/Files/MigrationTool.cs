namespace Mued.PsDb.Tests;

/// <summary>Other tools themselves, which apply a folder of theirs and so make the history that is to be taken over.</summary>
internal static class MigrationTool
{
    private static readonly NpmPackages Packages = new(
        "dbmate@2.36.0",
        "node-pg-migrate@9.0.0",
        "drizzle-kit@0.31.11",
        "drizzle-orm@0.45.4",
        "prisma@6.19.3",
        "@prisma/adapter-pg@7.10.1",
        "pg@8.23.1"
    );

    /// <summary>Those that there are, with the layout of their folders.</summary>
    public static TheoryData<string, MigrationLayout> All { get; } =
        new()
        {
            { "dbmate", MigrationLayout.Dbmate },
            { "node-pg-migrate", MigrationLayout.NodePgMigrate },
            { "drizzle", MigrationLayout.Drizzle },
            { "Prisma", MigrationLayout.Prisma },
            { "Evolve", MigrationLayout.Flyway },
        };

    /// <summary>Lets a tool apply what is pending in a folder.</summary>
    public static async Task ApplyAsync(string tool, TestDatabase database, MigrationSet set)
    {
        if (tool == "Evolve")
        {
            await using var connection = await database.OpenAsync();
            await Task.Run(() => new EvolveDb.Evolve(connection) { Locations = [set.Path], IsEraseDisabled = true }.Migrate());
            return;
        }

        var url = database.Url + "?sslmode=disable";
        var environment = new Dictionary<string, string> { ["DATABASE_URL"] = url };

        // A configuration is a program that must find the packages above it.
        var work = Directory.CreateDirectory(Path.Combine(await Packages.FolderAsync(), Path.GetFileName(set.Path))).FullName;
        var result = tool switch
        {
            "dbmate" => await RunAsync("dbmate/dist/cli.js", "--migrations-dir", set.Path, "--no-dump-schema", "migrate"),
            "node-pg-migrate" => await RunAsync("node-pg-migrate/bin/node-pg-migrate.js", "up", "--migrations-dir", set.Path),
            "drizzle" => await RunAsync("drizzle-kit/bin.cjs", "migrate", "--config", await DrizzleAsync()),
            "Prisma" => await RunAsync("prisma/build/index.js", "migrate", "deploy", "--config", await PrismaAsync()),
            _ => throw new ArgumentOutOfRangeException(nameof(tool), tool, message: null),
        };
        Assert.True(result.ExitCode == 0, result.Output + result.Error);

        Task<CliResult> RunAsync(string script, params string[] arguments) => Packages.RunAsync(script, work, environment, arguments);

        async Task<string> DrizzleAsync() =>
            await WriteAsync(
                "drizzle.config.json",
                $$"""{"dialect": "postgresql", "out": "{{set.Path}}", "dbCredentials": {"url": "{{url}}"} }"""
            );

        // The engine that is a program of its own is not in the registry; the one that is WebAssembly needs an adapter, and asks for the other all the same.
        async Task<string> PrismaAsync()
        {
            var schema = await WriteAsync(
                "schema.prisma",
                "datasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}\n"
            );
            environment["PRISMA_QUERY_ENGINE_LIBRARY"] = environment["PRISMA_SCHEMA_ENGINE_BINARY"] = schema;
            environment["CHECKPOINT_DISABLE"] = "1";
            return await WriteAsync(
                "prisma.config.mjs",
                $$"""
                import { PrismaPg } from '@prisma/adapter-pg';
                export default {
                    experimental: { adapter: true }, engine: 'js', schema: './schema.prisma', migrations: { path: '{{set.Path}}' },
                    adapter: async () => new PrismaPg({ connectionString: process.env.DATABASE_URL }),
                };
                """
            );
        }

        async Task<string> WriteAsync(string name, string text)
        {
            var file = Path.Combine(work, name);
            await File.WriteAllTextAsync(file, text);
            return file;
        }
    }
}
