namespace Mued.PsDb.Cli;

/// <summary>What a misspelt name may have meant.</summary>
internal static class Suggestion
{
    /// <summary>The nearest known name, if it is near enough: within a third of its length.</summary>
    public static string? For(string typed, IEnumerable<string> known)
    {
        var bare = typed.TrimStart('-').ToLowerInvariant();
        return known
            .Select(name => (name, Distance: Distance(bare, name.TrimStart('-'))))
            .Where(candidate => candidate.Distance <= Math.Max(2, candidate.name.Length / 3) && candidate.Distance < bare.Length)
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.name)
            .FirstOrDefault();
    }

    // Optimal string alignment: insertion, deletion, replacement and the swap of two neighbours cost one each.
    internal static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[a.Length, b.Length];
    }
}
