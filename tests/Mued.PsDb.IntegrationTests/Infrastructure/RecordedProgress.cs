using System.Collections.Concurrent;

namespace Mued.PsDb.Tests;

/// <summary>The messages of a run in their order, recorded on the thread that reports them.</summary>
internal sealed class RecordedProgress : IProgress<RunProgress>
{
    private readonly ConcurrentQueue<string> messages = new();

    public IEnumerable<string> Messages => messages;

    public void Report(RunProgress value) => messages.Enqueue(value.Message);
}
