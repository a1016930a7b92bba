using System.Globalization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Sandbox;

/// <summary>
/// The account the server runs under. PostgreSQL refuses to run as root, so root hands it to <c>postgres</c>, or where there is no
/// such account to <c>nobody</c>; everyone else runs it as themselves.
/// </summary>
internal sealed class ServerAccount
{
    private readonly string[] prefix;
    private readonly string? owner;

    private ServerAccount(string[] prefix, string? owner)
    {
        this.prefix = prefix;
        this.owner = owner;
    }

    /// <summary>Whether the server runs as another account than this process.</summary>
    public bool IsOther => owner is not null;

    /// <summary>
    /// The folder for server data. Root's TMPDIR may lie where the other account cannot reach it, so root takes /tmp.
    /// </summary>
    public string TemporaryFolder => IsOther ? "/tmp" : Path.TrimEndingDirectorySeparator(Path.GetTempPath());

    /// <summary>The account that fits this process.</summary>
    public static ServerAccount Current { get; } = Find();

    /// <summary>The command line that runs <paramref name="command"/> as this account.</summary>
    public IEnumerable<string> Wrap(params string[] command) => [.. prefix, .. command];

    /// <summary>Gives a folder and all in it to this account.</summary>
    public async Task TakeOverAsync(string folder, CancellationToken cancellationToken)
    {
        if (owner is null)
            return;
        var (exitCode, _, error) = await ChildProcess
            .RunAsync(["chown", "-R", owner, folder], "/", cancellationToken)
            .ConfigureAwait(false);
        if (exitCode != 0)
            throw Texts.Error("SandboxStartFailed", ExitCode.NoConnection, null, "chown", error.Trim());
    }

    private static ServerAccount Find()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return new([], null);
        var accounts = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(f => f.Length > 3).ToList();
        var account =
            accounts.Find(f => f[0] == "postgres") ?? accounts.Find(f => f[0] == "nobody") ?? throw Texts.Usage("SandboxNoAccount");
        var (name, user, group) = (account[0], account[2], account[3]);
        var owner = string.Create(CultureInfo.InvariantCulture, $"{user}:{group}");
        var path = Environment.GetEnvironmentVariable("PATH") + ":/usr/bin:/usr/sbin:/bin:/sbin";
        if (ChildProcess.FindOnPath("setpriv", path) is { } setpriv)
            return new([setpriv, "--reuid=" + user, "--regid=" + group, "--clear-groups", "--"], owner);
        if (ChildProcess.FindOnPath("runuser", path) is { } runuser)
            return new([runuser, "-u", name, "--"], owner);
        // The shell of the account may be nologin, so su gets one; it then becomes the command that follows.
        return new([ChildProcess.FindOnPath("su", path) ?? "su", "-s", "/bin/sh", name, "-c", "exec \"$@\"", "--", "sh"], owner);
    }
}
