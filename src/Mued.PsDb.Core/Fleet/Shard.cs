using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Fleet;

/// <summary>
/// One of several parts that a fleet falls into. Which part a target belongs to depends on its name and on the number of parts alone, so
/// that processes which know nothing of each other do every target once.
/// </summary>
/// <param name="Index">Which part, from 1.</param>
/// <param name="Count">How many parts there are.</param>
internal sealed record Shard(int Index, int Count)
{
    // Azure Pipelines sets both for each job of "strategy: parallel", from 1, and of a matrix as well.
    private const string Position = "SYSTEM_JOBPOSITIONINPHASE";
    private const string Total = "SYSTEM_TOTALJOBSINPHASE";

    /// <summary>Reads a part as a person writes it: <c>3/8</c>, or <c>auto</c> for what the job of a pipeline is.</summary>
    /// <exception cref="MuedException">It is neither, or there is no such job (exit code 2).</exception>
    public static Shard Parse(string text)
    {
        if (!text.Equals("auto", StringComparison.OrdinalIgnoreCase))
            return Read(text) ?? throw Texts.Usage("ShardInvalid", text);
        var (position, total) = (Environment.GetEnvironmentVariable(Position), Environment.GetEnvironmentVariable(Total));
        return Read($"{position}/{total}") ?? throw Texts.Usage("ShardUnknown", Position, Total);
    }

    /// <summary>Whether a target belongs to this part.</summary>
    /// <param name="name">What tells the target from all others, the same wherever it is asked.</param>
    public bool Holds(string name) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name))) % (ulong)Count == (ulong)(Index - 1);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");

    private static Shard? Read(string text) =>
        text.Split('/') is [var index, var count]
        && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var one)
        && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var all)
        && one >= 1
        && one <= all
            ? new(one, all)
            : null;
}
