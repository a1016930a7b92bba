using System.Diagnostics;
using System.Globalization;
using System.Text;
using Mued.PsDb.Sandbox;

namespace Mued.PsDb.Plans;

/// <summary>
/// What git knows of the files of a folder, where it is a checkout of ours and there is a git. A repository's own settings name programs
/// that git runs (git-config, core.fsmonitor, core.hooksPath, gpg.program; CVE-2022-24765), so those are set, only what reads is asked, and
/// a repository that belongs to somebody else is left alone, whatever safe.directory says.
/// </summary>
internal static class GitCheckout
{
    private const char Commit = '\u0001';

    private static readonly string[] Settings =
    [
        "safe.directory=",
        "safe.bareRepository=explicit",
        "core.fsmonitor=false",
        "core.hooksPath=" + (OperatingSystem.IsWindows() ? "NUL" : "/dev/null"),
        "core.pager=",
        "core.quotePath=false",
        "i18n.logOutputEncoding=UTF-8",
        "log.showSignature=false",
        "protocol.allow=never",
    ];

    /// <summary>The migrations that are to be run or recorded, with the last commits of their files; as they were where git knows nothing.</summary>
    /// <param name="folder">The folder of the migrations.</param>
    /// <param name="migrations">The migrations.</param>
    /// <param name="cancellationToken">Ends git.</param>
    public static async Task<IReadOnlyList<PlannedMigration>> CommitsAsync(
        string folder,
        IReadOnlyList<PlannedMigration> migrations,
        CancellationToken cancellationToken
    )
    {
        var names = migrations
            .Where(item => item is { Acts: true, File: not null })
            .Select(item => NameIn(folder, item))
            .Distinct()
            .ToList();
        if (names.Count == 0 || !Directory.Exists(folder) || Program() is not { } git)
            return migrations;
        var log = await AskAsync(
                [git, .. Before, "log", "-z", "--relative", "--name-only", $"--format={Commit}%H%x00%an%x00%aI%x00%s", "--", .. names],
                folder,
                cancellationToken
            )
            .ConfigureAwait(false);
        var tree = await AskAsync([git, .. Before, "ls-tree", "-z", "HEAD", "--", .. names], folder, cancellationToken)
            .ConfigureAwait(false);
        var (commits, blobs) = (CommitsOf(log), BlobsOf(tree));
        return
        [
            .. migrations.Select(item =>
                item is { Acts: true, File: not null } && commits.TryGetValue(NameIn(folder, item), out var commit)
                    ? item with
                    {
                        Commit = commit with { Modified = !IsBlob(item.File, blobs.GetValueOrDefault(NameIn(folder, item))) },
                    }
                    : item
            ),
        ];
    }

    private static IEnumerable<string> Before => ["--no-pager", .. Settings.SelectMany(setting => new[] { "-c", setting })];

    private static string NameIn(string folder, PlannedMigration item) => Path.GetRelativePath(folder, item.File!).Replace('\\', '/');

    // A program in the current folder, or a batch file, which a shell would read, is not it.
    private static string? Program()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified);
        return
            ChildProcess.FindOnPath("git", string.Join(Path.PathSeparator, folders)) is { } found
            && !found.EndsWith(".cmd", StringComparison.OrdinalIgnoreCase)
            ? found
            : null;
    }

    // Whatever git has against the folder, the plan does without it.
    private static async Task<string> AskAsync(IEnumerable<string> command, string folder, CancellationToken cancellationToken)
    {
        try
        {
            var (exitCode, output, _) = await ChildProcess
                .RunAsync(command, folder, cancellationToken, prepare: Isolate)
                .ConfigureAwait(false);
            return exitCode == 0 ? output : "";
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            return "";
        }
    }

    // GIT_DIR and its kin would lead to another repository, past the check of its owner.
    private static void Isolate(ProcessStartInfo start)
    {
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        start.Environment["GIT_LITERAL_PATHSPECS"] = "1";
        start.Environment["GIT_NO_LAZY_FETCH"] = "1";
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.StandardOutputEncoding = Encoding.UTF8;
    }

    private static Dictionary<string, FileCommit> CommitsOf(string log)
    {
        var found = new Dictionary<string, FileCommit>(StringComparer.Ordinal);
        foreach (var entry in log.Split(Commit, StringSplitOptions.RemoveEmptyEntries))
        {
            if (
                entry.Split('\0') is not [var id, var author, var date, var subject, .. var files]
                || !DateTimeOffset.TryParse(date, CultureInfo.InvariantCulture, out var authoredAt)
            )
                continue;
            foreach (var file in files.Select(file => file.TrimStart('\n')))
                found.TryAdd(file, new(id, author, authoredAt, subject));
        }

        return found;
    }

    // "100644 blob ID<TAB>NAME"
    private static Dictionary<string, string> BlobsOf(string tree) =>
        tree.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t', 2))
            .Where(line => line.Length == 2)
            .ToDictionary(line => line[1], line => line[0][(line[0].LastIndexOf(' ') + 1)..], StringComparer.Ordinal);

    private static bool IsBlob(string file, string? blob)
    {
        try
        {
            return blob is not null && GitBlob.IsOf(blob, File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
