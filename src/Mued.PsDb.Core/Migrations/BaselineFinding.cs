using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>How much of a folder of migrations a database without a history has, found by its schema.</summary>
/// <param name="Target">The database as user@host:port/database, without secrets.</param>
/// <param name="Migration">The last migration that it has.</param>
public sealed record BaselineFinding(string Target, string Migration)
{
    /// <summary>What it has, in order: what would be recorded as applied.</summary>
    public IReadOnlyList<string> Migrations
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>How many facts of the schema were compared, and are as these migrations make them.</summary>
    public int Agreeing { get; init; }

    /// <summary>The migration up to which the folder comes next to the schema; empty where that is none of its migrations.</summary>
    public string NextBest { get; init; } = "";

    /// <summary>What would then differ.</summary>
    public IReadOnlyList<string> Differences
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>What the database has besides, and no migration of the folder makes.</summary>
    public IReadOnlyList<string> Extra
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>Those of <see cref="Migrations"/> that change no schema: nothing shows whether they ran.</summary>
    public IReadOnlyList<string> Untraced
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <inheritdoc/>
    public override string ToString() => Migration;
}
