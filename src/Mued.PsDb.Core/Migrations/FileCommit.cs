namespace Mued.PsDb;

/// <summary>The last commit of a file.</summary>
/// <param name="Id">Its id, in hexadecimal.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="AuthoredAt">When.</param>
/// <param name="Subject">The first line of its message.</param>
public sealed record FileCommit(string Id, string Author, DateTimeOffset AuthoredAt, string Subject)
{
    /// <summary>Whether the file is no longer what was committed.</summary>
    public bool Modified { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Id[..Math.Min(Id.Length, 12)]} {Author}";
}
