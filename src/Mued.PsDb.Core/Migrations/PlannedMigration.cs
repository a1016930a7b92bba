using Mued.PsDb.Foundation;
using Mued.PsDb.Migrations;

namespace Mued.PsDb;

/// <summary>One migration of a plan: what a run that begins now would do with it.</summary>
/// <param name="Version">The version as the file name writes it, for example 0006.</param>
/// <param name="Name">The file's base name, which is the migration's identity.</param>
/// <param name="Action">What would be done.</param>
/// <param name="Statements">How many SQL statements the file holds.</param>
public sealed record PlannedMigration(string Version, string Name, PlanAction Action, int Statements)
{
    /// <summary>Why it is left alone; null for those that run.</summary>
    public string? Reason { get; init; }

    /// <summary>The file's full path.</summary>
    public string? File { get; init; }

    /// <summary>Whether it runs again whenever its SQL has changed, behind those that have versions.</summary>
    public bool Repeatable { get; init; }

    /// <summary>Whether it runs in a transaction.</summary>
    public bool Transactional { get; init; } = true;

    /// <summary>SHA-256 of the text with LF line ends; null for an excluded file. See <see cref="SqlScript.TextChecksum"/>.</summary>
    public string? TextChecksum { get; init; }

    /// <summary>SHA-256 of the SQL; null for an excluded file. See <see cref="SqlScript.SqlChecksum"/>.</summary>
    public string? SqlChecksum { get; init; }

    /// <summary>
    /// The text, of a migration that is to be run or recorded; with its placeholders, where variables fill them. Null for others.
    /// </summary>
    public string? Sql { get; init; }

    /// <summary>The last commit of the file; null where there is none, or it was not looked for.</summary>
    public FileCommit? Commit { get; init; }

    /// <summary>Whether it was rehearsed, so that <see cref="Impacts"/> is known.</summary>
    public bool Rehearsed { get; init; }

    /// <summary>What the rehearsal says of it: that it went well, or why there was none; null where none was asked for.</summary>
    public string? Rehearsal { get; init; }

    /// <summary>What it does to relations that existed before, as the rehearsal saw it: what will be locked.</summary>
    public IReadOnlyList<RelationImpact> Impacts
    {
        get;
        init => field = RecordList.Of(value ?? []);
    } = RecordList.Of<RelationImpact>();

    /// <summary>Whether its statements run.</summary>
    internal bool Runs => Action is PlanAction.Apply or PlanAction.Reapply or PlanAction.Resume or PlanAction.Restart;

    /// <summary>Whether anything is done with it.</summary>
    internal bool Acts => Action is not (PlanAction.Skip or PlanAction.Defer);

    /// <summary>What would be done, in one sentence.</summary>
    /// <returns>The sentence, without its full stop.</returns>
    public override string ToString() => Texts.Get("Plan." + Action, Name, Figures.Count(Statements, "statement"), Reason);

    /// <summary>What a plan says of a migration.</summary>
    /// <param name="item">Its place in the plan.</param>
    /// <param name="filled">Whether placeholders of the file are filled; values may be secret.</param>
    internal static PlannedMigration Of(PlanItem item, bool filled)
    {
        var script = item.File.Script;
        return new(item.File.Version.Text, item.File.Name, item.Action, script?.Statements.Count ?? 0)
        {
            Reason = item.Reason,
            File = item.File.Path,
            Repeatable = item.File.Repeatable,
            Transactional = script is null || !item.NonTransactional,
            TextChecksum = script?.TextChecksum,
            SqlChecksum = script?.SqlChecksum,
            Sql =
                !item.Runs && !item.Records ? null
                : filled ? Files.FolderFile.ReadText(item.File.Path)
                : script?.Text,
        };
    }
}
