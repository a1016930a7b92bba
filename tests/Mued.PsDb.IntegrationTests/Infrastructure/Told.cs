using System.Collections.Concurrent;

namespace Mued.PsDb.Tests;

/// <summary>Everything that a run tells, at once and in order.</summary>
internal sealed class Told : IProgress<RunProgress>
{
    private readonly ConcurrentQueue<string> messages = new();

    public IEnumerable<string> Messages => messages;

    public void Report(RunProgress value) => messages.Enqueue(value.Message);
}
