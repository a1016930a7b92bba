using System.Text;

namespace Mued.PsDb.Tests.Schema;

/// <summary>The expected schema of Phase 2, embedded in the tests.</summary>
internal static class Phase2File
{
    public static string Text { get; } = Read();

    public static SchemaSnapshot Snapshot() => SnapshotFile.Parse(Encoding.UTF8.GetBytes(Text), "phase2.json");

    private static string Read()
    {
        using var stream = typeof(Phase2File).Assembly.GetManifestResourceStream("phase2.json")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
