namespace Mued.PsDb.Reporting;

/// <summary>Tells what one target of a fleet does, under its name. How far it is, only the count of targets tells.</summary>
internal sealed class TargetProgress(string target, IProgress<RunProgress> fleet) : IProgress<RunProgress>
{
    public void Report(RunProgress value)
    {
        if (value.Kind is ProgressKind.Migration or ProgressKind.Finished or ProgressKind.Rows or ProgressKind.Index)
            return;
        fleet.Report(new(value.Kind, $"{target}: {value.Message}"));
    }
}
