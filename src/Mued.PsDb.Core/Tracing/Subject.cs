using Mued.PsDb.Foundation;

namespace Mued.PsDb.Tracing;

/// <summary>A statement of a migration that findings are about, and how they are made of it.</summary>
/// <param name="Trace">The migration.</param>
/// <param name="Index">The statement, from 0.</param>
internal readonly record struct Subject(MigrationTrace Trace, int Index)
{
    private const int LongestText = 400;

    private static readonly HashSet<string> RowCommands =
    [
        "SELECT",
        "INSERT",
        "UPDATE",
        "DELETE",
        "MERGE",
        "COPY",
        "WITH",
        "DO",
        "CALL",
        "VALUES",
        "TABLE",
    ];

    /// <summary>What it did.</summary>
    public StatementEvidence Evidence => Trace.Statements[Index];

    /// <summary>Whether it works on rows and leaves the schema alone; of one that calls a function that is not certain.</summary>
    public bool WorksOnRows => RowCommands.Contains(Evidence.Command);

    /// <summary>The relations that it locked so that others wait, and that were not so locked before.</summary>
    public IEnumerable<RelationEvidence> NewlyBlocked =>
        Evidence.Relations.Where(relation => relation.IsQueried && LockModes.Of(relation.LockModes) > Blocking.None);

    /// <summary>How long its transaction went on behind it, where that was measured.</summary>
    public TimeSpan? TimeToEnd =>
        Evidence.Measured ? Trace.Statements[^1].Offset + Trace.Statements[^1].Duration - Evidence.Offset - Evidence.Duration : null;

    /// <summary>A finding about it.</summary>
    public SafetyFinding Find(string rule, FindingSeverity severity, RelationEvidence? relation, params object?[] arguments)
    {
        var statement = Trace.Script.Statements[Index];
        var text = Trace.Script.TextOf(statement);
        return new(rule, severity, Trace.Name, Trace.File, Texts.Get("Rule." + rule, arguments))
        {
            Number = Index + 1,
            Line = statement.Line,
            Column = statement.Column,
            Statement = text.Length > LongestText ? text[..LongestText] + "\u2026" : text,
            Relation = relation?.Relation,
            Advice = SafetyRules.Of(rule).Advice,
            Evidence = relation is null
                ? new()
                : new()
                {
                    LockModes = relation.LockModes,
                    Rows = relation.Rows,
                    Bytes = relation.Bytes,
                    Rewritten = relation.Rewritten,
                    Scans = relation.Scans,
                    IndexesBuilt = relation.IndexesBuilt,
                },
        };
    }

    /// <summary>A finding about a whole migration.</summary>
    public static SafetyFinding FindIn(MigrationTrace trace, string rule, FindingSeverity severity, params object?[] arguments) =>
        new(rule, severity, trace.Name, trace.File, Texts.Get("Rule." + rule, arguments.Length == 0 ? [trace.Name] : arguments))
        {
            Line = 1,
            Column = 1,
            Advice = SafetyRules.Of(rule).Advice,
        };

    /// <summary>How large a relation is, in words.</summary>
    public static string SizeOf(RelationEvidence relation) =>
        relation.Bytes is not { } bytes ? Texts.Get("SizeUnknown")
        : relation.Rows is { } rows ? Texts.Get("RowsAndBytes", Figures.Count(rows, "row"), Figures.Bytes(bytes))
        : Figures.Bytes(bytes);
}
