namespace Mued.PsDb.Tests;

/// <summary>Writes one and the same chain of migrations by the convention of a layout.</summary>
internal static class LayoutFolder
{
    /// <summary>Every layout: each knows a way back.</summary>
    public static IReadOnlyList<MigrationLayout> All { get; } = [.. Enum.GetValues<MigrationLayout>().Except([MigrationLayout.Auto])];

    /// <summary>Writes a migration.</summary>
    /// <param name="set">The folder.</param>
    /// <param name="layout">The convention.</param>
    /// <param name="version">Its version.</param>
    /// <param name="up">What applies it.</param>
    /// <param name="down">What takes it back; null for nothing.</param>
    /// <param name="outside">Whether it runs outside a transaction.</param>
    public static void Write(MigrationSet set, MigrationLayout layout, int version, string up, string? down, bool outside = false)
    {
        var name = $"{version:0000}_step";
        switch (layout)
        {
            case MigrationLayout.Pairs:
                Put($"{name}.up.sql", (outside ? "-- no-transaction\n" : "") + up);
                Put($"{name}.down.sql", down);
                break;
            case MigrationLayout.Goose:
                var body = $"-- +goose StatementBegin\n{up}\n-- +goose StatementEnd\n";
                Put($"{name}.sql", (outside ? "-- +goose NO TRANSACTION\n" : "") + "-- +goose Up\n" + body + After("-- +goose Down"));
                break;
            case MigrationLayout.Dbmate:
                Put($"{name}.sql", $"-- migrate:up{(outside ? " transaction:false" : "")}\n{up}\n{After("-- migrate:down")}");
                break;
            case MigrationLayout.SqlMigrate:
                Put($"{name}.sql", $"-- +migrate Up{(outside ? " notransaction" : "")}\n{up}\n{After("-- +migrate Down")}");
                break;
            case MigrationLayout.Tern:
                Put(
                    $"{name}.sql",
                    (outside ? "---- tern: disable-tx ----\n" : "") + $"{up}\n{After("---- create above / drop below ----")}"
                );
                break;
            case MigrationLayout.NodePgMigrate:
                Put($"{name}.sql", $"-- Up Migration\n{up}\n{After("-- Down Migration")}");
                break;
            case MigrationLayout.Flyway:
                Put($"V{version}__step.sql", up);
                Put($"U{version}__step.sql", down);
                Put($"V{version}__step.sql.conf", outside ? "executeInTransaction=false" : null);
                break;
            case MigrationLayout.Diesel:
                Put($"{name}/up.sql", up);
                Put($"{name}/down.sql", down);
                Put($"{name}/metadata.toml", outside ? "run_in_transaction = false" : null);
                break;
            case MigrationLayout.Prisma:
                Put($"{name}/migration.sql", up);
                Put($"{name}/down.sql", down);
                break;
            case MigrationLayout.Drizzle:
                Put($"{name}.sql", up);
                Put($"rollback_{name}.sql", down);
                var tags = Directory
                    .EnumerateFiles(set.Path, "*.sql")
                    .Where(file => char.IsAsciiDigit(Path.GetFileName(file)[0]))
                    .Order()
                    .Select((file, i) => $$"""{"tag":"{{Path.GetFileNameWithoutExtension(file)}}","when":{{1_700_000_000_001 + i}}}""");
                Put("meta/_journal.json", $$"""{"dialect":"postgresql","entries":[{{string.Join(',', tags)}}]}""");
                break;
            case MigrationLayout.Plain:
                Put($"{name}.sql", up);
                Put($"rollback_{name}.sql", down);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(layout), layout, message: null);
        }

        string After(string marker) => down is null ? "" : $"{marker}\n{down}\n";

        void Put(string file, string? text)
        {
            if (text is null)
                return;
            Directory.CreateDirectory(Path.GetDirectoryName(set.FileOf(file))!);
            set.Write(file, text);
        }
    }
}
