using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>One target of a comparison.</summary>
/// <param name="Target">The database, file or folder, without secrets.</param>
public sealed record ComparedSchema(string Target)
{
    /// <summary>Whether nothing differs.</summary>
    public bool Equal => Error is null && Differences.Count == 0;

    /// <summary>The server's version; null for a file and a folder.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>How many checks were made.</summary>
    public int Checks { get; init; }

    /// <summary>
    /// What differs: Missing in the target, Different, or Unexpected there. The other way round the same checks differ, with Missing and
    /// Unexpected exchanged.
    /// </summary>
    public IReadOnlyList<SchemaCheck> Differences
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<SchemaCheck>();

    /// <summary>The statements that make the target like the reference, in an order that runs.</summary>
    public IReadOnlyList<SchemaStatement> Statements
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<SchemaStatement>();

    /// <summary>Whether these statements, run on an empty copy of the target, left no difference.</summary>
    public bool Proven { get; init; }

    /// <summary>What is not proven, and why, in words; null where there is nothing to say.</summary>
    public string? Remark { get; init; }

    /// <summary>Why the target could not be compared; null when it was.</summary>
    public MuedError? Error { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{(Equal ? "Equal" : "Different")}: {Target}";
}
