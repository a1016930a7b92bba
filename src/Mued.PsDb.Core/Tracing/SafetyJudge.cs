namespace Mued.PsDb.Tracing;

/// <summary>Holds what was traced against the rules, migration by migration, and at the end what is left behind.</summary>
/// <param name="state">The catalog; at the end of the migration that is added.</param>
/// <param name="small">Which tables are small.</param>
internal sealed class SafetyJudge(TraceState state, SmallTable small)
{
    private readonly BlockingRules blocking = new(small);
    private readonly ClientRules clients = new(state, small);
    private readonly LeftoverRules leftovers = new(state, small);
    private readonly List<SafetyFinding> findings = [];

    /// <summary>What was found so far.</summary>
    public IReadOnlyList<SafetyFinding> Findings => findings;

    /// <summary>Judges a migration that has just been traced.</summary>
    public void Add(MigrationTrace trace)
    {
        for (var i = 0; i < trace.Statements.Count; i++)
        {
            var subject = new Subject(trace, i);
            findings.AddRange(blocking.Judge(subject));
            findings.AddRange(clients.Judge(subject));
            leftovers.Note(subject);
            if (!subject.Evidence.Traced)
                findings.Add(NotRehearsed(subject));
        }

        if (trace.Transactional)
        {
            findings.AddRange(blocking.JudgeTransaction(trace));
            findings.AddRange(blocking.SeveralStrongLocks(trace));
        }

        if (trace.Behind is { } behind)
            findings.Add(Subject.FindIn(trace, SafetyRules.Order, FindingSeverity.Warning, trace.Name, behind));
        if (!trace.HasUndo)
            findings.Add(Subject.FindIn(trace, SafetyRules.NoUndo, FindingSeverity.Note));
    }

    /// <summary>Judges what all of them together leave behind.</summary>
    public void Finish() => findings.AddRange(leftovers.Judge());

    private static SafetyFinding NotRehearsed(Subject subject)
    {
        var concurrent = subject.Trace.Script.Statements[subject.Index].Index is not null;
        return subject.Find(
            SafetyRules.NotRehearsed,
            concurrent ? FindingSeverity.Note : FindingSeverity.Warning,
            null,
            subject.Evidence.Command
        );
    }
}
