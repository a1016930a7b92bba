using System.ComponentModel;
using System.Globalization;

namespace Mued.PsDb.Sandbox;

/// <summary>One installed PostgreSQL server.</summary>
/// <param name="Folder">The folder with initdb, pg_ctl and postgres.</param>
/// <param name="Version">The server's version: major and minor.</param>
internal sealed record PostgresBinaries(string Folder, Version Version)
{
    private static readonly string Ending = OperatingSystem.IsWindows() ? ".exe" : "";

    /// <summary>The path of one of the server's programs.</summary>
    public string Program(string name) => ProgramIn(Folder, name);

    /// <summary>The server in a folder, or null where the folder holds none that runs here.</summary>
    public static async Task<PostgresBinaries?> InAsync(string folder, CancellationToken cancellationToken)
    {
        // A link such as /usr/local/bin/postgres stands for the folder it points to: initdb looks for its siblings there.
        var postgres = ProgramIn(folder, "postgres");
        if (!File.Exists(postgres))
            return null;
        if (File.ResolveLinkTarget(postgres, returnFinalTarget: true) is { } target)
            folder = Path.GetDirectoryName(target.FullName)!;
        if (!File.Exists(ProgramIn(folder, "initdb")) || !File.Exists(ProgramIn(folder, "pg_ctl")))
            return null;
        try
        {
            var (_, output, _) = await ChildProcess
                .RunAsync([ProgramIn(folder, "postgres"), "--version"], folder, cancellationToken)
                .ConfigureAwait(false);
            return ParseVersion(output) is { } version ? new(folder, version) : null;
        }
        catch (Win32Exception)
        {
            return null; // Another platform's binaries, or none that this user may run.
        }
    }

    /// <summary>The version in the answer of <c>postgres --version</c>: "postgres (PostgreSQL) 15.18 (Debian …)", or "… 19beta1".</summary>
    internal static Version? ParseVersion(string answer)
    {
        var word = answer.Split(' ', StringSplitOptions.TrimEntries).FirstOrDefault(w => w.Length > 0 && char.IsAsciiDigit(w[0]));
        if (word is null)
            return null;
        var parts = word.Split('.');
        return new(Leading(parts[0]), parts.Length > 1 ? Leading(parts[1]) : 0);

        static int Leading(string text) =>
            int.TryParse(string.Concat(text.TakeWhile(char.IsAsciiDigit)), CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private static string ProgramIn(string folder, string name) => Path.Combine(folder, name + Ending);
}
