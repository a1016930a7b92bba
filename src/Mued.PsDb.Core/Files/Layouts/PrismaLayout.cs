using System.Text.RegularExpressions;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Files;

/// <summary>Prisma: a folder a migration, with <c>migration.sql</c>, and <c>down.sql</c> where Prisma was asked to write one.</summary>
internal sealed partial class PrismaLayout : ILayout
{
    private const string Up = "migration.sql";
    private const string Lock = "migration_lock.toml";

    /// <inheritdoc/>
    public MigrationLayout Name => MigrationLayout.Prisma;

    /// <inheritdoc/>
    public LayoutMark? Find(FolderContents folder) =>
        DirectoryParts
            .Holding(folder, Up)
            .Where(item => !item.File.Excluded && !DrizzleLayout.HasSnapshot(folder, item.Folder))
            .Select(item => new LayoutMark(item.File.Name))
            .FirstOrDefault();

    /// <inheritdoc/>
    public IEnumerable<LayoutPart> Read(FolderContents folder)
    {
        if (
            folder.Files.FirstOrDefault(file => file is { Name: Lock, Excluded: false }) is { } lockFile
            && Provider().Match(lockFile.Text) is { Success: true } provider
            && provider.Groups[1].Value is not ("postgresql" or "postgres")
        )
            throw Texts.Usage("LayoutDialect", lockFile.Path, provider.Groups[1].Value);
        return DirectoryParts.Read(folder, Name, Up).Select(part => part with { Beside = [Lock] });
    }

    /// <inheritdoc/>
    public IReadOnlyList<NewFile> Make(string version, string name) =>
        throw Texts.Usage("NewByTool", Name, $"npx prisma migrate dev --create-only --name {name}");

    [GeneratedRegex("""^\s*provider\s*=\s*"([^"]*)"$""", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Provider();
}
