using Mued.PsDb.Foundation;
using Npgsql;

namespace Mued.PsDb.Runs;

/// <summary>
/// What the server says while one thing is at work: a script that raises one notice a row must fill neither the memory nor the report. The
/// first and the last are kept, all are told.
/// </summary>
/// <param name="tell">Told each one as it comes; null tells none.</param>
internal sealed class NoticeLog(Action<ProgressKind, string>? tell = null)
{
    private const int KeptAtEachEnd = 100;

    private readonly List<ServerNotice> first = [];
    private readonly Queue<ServerNotice> last = [];
    private long left;

    /// <summary>The first and the last; where some were left out, their number stands between them.</summary>
    public IReadOnlyList<ServerNotice> Kept =>
        left == 0
            ? [.. first, .. last]
            : [.. first, new("INFO", PostgresErrorCodes.SuccessfulCompletion, Texts.Get("NoticesLeftOut", left)), .. last];

    /// <summary>Notes one.</summary>
    public void Add(ServerNotice notice)
    {
        var early = first.Count < KeptAtEachEnd;
        if (early)
        {
            first.Add(notice);
        }
        else
        {
            last.Enqueue(notice);
            if (last.Count > KeptAtEachEnd)
            {
                last.Dequeue();
                left++;
            }
        }

        if (early && notice.IsWarning)
            tell?.Invoke(ProgressKind.Warning, notice.Told);
        else
            tell?.Invoke(ProgressKind.Notice, notice.ToString());
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        first.Clear();
        last.Clear();
        left = 0;
    }
}
