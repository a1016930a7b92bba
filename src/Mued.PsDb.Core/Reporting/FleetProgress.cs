using Mued.PsDb.Foundation;

namespace Mued.PsDb.Reporting;

/// <summary>Tells how many targets of a fleet have ended and what each does, under its name. How far it is, only the count tells.</summary>
/// <param name="told">Who is told; null for nobody.</param>
/// <param name="targets">How many targets there are.</param>
internal sealed class FleetProgress(IProgress<RunProgress>? told, int targets)
{
    private int ended;

    /// <summary>None has ended yet.</summary>
    public void Begin() => told?.Report(new(ProgressKind.Migration, Texts.Get("FleetOf", targets), null, 0, targets));

    /// <summary>One has ended; called for one at a time.</summary>
    public void End(string target, string status) =>
        told?.Report(new(ProgressKind.Finished, Texts.Get("FleetStep", ++ended, targets, target, status), null, ended, targets));

    /// <summary>What one of them tells.</summary>
    public IProgress<RunProgress>? Of(ConnectionSettings target) => told is null ? null : new One(this, target.Target);

    private void Tell(string target, RunProgress value)
    {
        if (value.Kind is not (ProgressKind.Migration or ProgressKind.Finished or ProgressKind.Rows or ProgressKind.Index))
            told?.Report(new(value.Kind, $"{target}: {value.Message}", null, ended, targets));
    }

    private sealed class One(FleetProgress fleet, string target) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => fleet.Tell(target, value);
    }
}
