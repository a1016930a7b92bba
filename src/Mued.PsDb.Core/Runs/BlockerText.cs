using Mued.PsDb.Foundation;

namespace Mued.PsDb.Runs;

/// <summary>Who is in the way of a run, in words for people, and what to do about those whom nobody can ask to step aside.</summary>
internal static class BlockerText
{
    /// <summary>The name of a blocker.</summary>
    public static string NameOf(Blocker blocker) =>
        blocker switch
        {
            { PreparedTransaction: { } name } => Texts.Get("Blocker.Prepared", name),
            { PreventsWraparound: true } => Texts.Get("Blocker.Session", blocker.Pid, Texts.Get("Blocker.Wraparound")),
            { ApplicationName: "" } => Texts.Get("Blocker.Nameless", blocker.Pid),
            _ => Texts.Get("Blocker.Session", blocker.Pid, blocker.ApplicationName),
        };

    /// <summary>The blocker with what is known of it.</summary>
    public static string Describe(Blocker blocker)
    {
        string?[] facts =
        [
            blocker.PreparedTransaction is null ? blocker.State ?? Texts.Get("Blocker.StateUnknown") : null,
            blocker.TransactionAge is { } open ? Texts.Get("Blocker.Open", Figures.Duration(open)) : null,
            blocker.LockModes.Count == 0 ? null : string.Join(Texts.Get("And"), blocker.LockModes),
        ];
        var known = string.Join(", ", facts.Where(fact => fact is not null));
        return blocker.Relation is null
            ? Texts.Get("Blocker", NameOf(blocker), known)
            : Texts.Get("Blocker.OnRelation", NameOf(blocker), known, blocker.Relation);
    }

    /// <summary>What keeps the next try waiting for longer, and why; empty when nothing does.</summary>
    public static string PatienceFor(IEnumerable<Blocker> blockers) =>
        blockers.FirstOrDefault(blocker => blocker.PreventsWraparound) is { } vacuum
            ? Texts.Get("WraparoundPatience", vacuum.Pid, vacuum.Relation ?? "-")
            : "";

    /// <summary>An error of waiting for locks, with what ends those in the way who do not end by being asked or waited for.</summary>
    public static MuedException WithAdvice(MuedException error, IReadOnlyCollection<Blocker> blockers)
    {
        if (SqlStates.FaultOf(error.SqlState) != ServerFault.LockNotAvailable && error.PassesByItself != true)
            return error;
        var advice = blockers
            .Select(blocker =>
                blocker switch
                {
                    { PreparedTransaction: { } name } => Texts.Get("BlockerAdvice.Prepared", name),
                    { PreventsWraparound: true } => Texts.Get("BlockerAdvice.Wraparound", blocker.Pid, blocker.Relation ?? "-"),
                    _ => null,
                }
            )
            .Where(text => text is not null)
            .Distinct();
        return error.With(string.Join(' ', advice.Prepend(error.Advice)));
    }
}
