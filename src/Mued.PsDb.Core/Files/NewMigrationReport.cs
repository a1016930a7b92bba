using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>The outcome of <c>mued-psdb new-migration</c>.</summary>
/// <param name="Path">The folder of the migrations.</param>
/// <param name="Version">The version of the new one.</param>
/// <param name="Name">Its name, as the history will keep it.</param>
public sealed record NewMigrationReport(string Path, string Version, string Name)
{
    /// <summary>Always true: what goes wrong is an error.</summary>
    public bool Success => true;

    /// <summary>Why it is that folder, for people; null when the caller did not say.</summary>
    public string? PathReason { get; init; }

    /// <summary>The convention of the folder.</summary>
    public required MigrationLayout Layout { get; init; }

    /// <summary>The files, as full paths: what applies it first, then what takes it back where that is a file of its own.</summary>
    public IReadOnlyList<string> Files
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>Their texts, in the same order.</summary>
    internal IReadOnlyList<string> Texts { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Files);
}
