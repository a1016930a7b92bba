using System.Collections.Concurrent;

namespace Mued.PsDb.Tests;

/// <summary>The messages of a run in their order, recorded on the thread that reports them.</summary>
internal sealed class RecordedProgress : IProgress<RunProgress>
{
    private readonly ConcurrentQueue<RunProgress> reports = new();

    public IEnumerable<RunProgress> Reports => reports;

    public IEnumerable<string> Messages => reports.Select(report => report.Message);

    public void Report(RunProgress value) => reports.Enqueue(value);
}
