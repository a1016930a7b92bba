using System.Diagnostics;
using Npgsql;

namespace Mued.PsDb;

/// <summary>Tests a database against an expected schema.</summary>
public static class SchemaTest
{
    /// <summary>Tests through a connection that is open already: two round trips at most, the second only for data.</summary>
    internal static async Task<SchemaReport> RunAsync(NpgsqlConnection connection, SchemaSnapshot expected, SchemaTestOptions options,
        CancellationToken cancellationToken)
    {
        var startedAt = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        var actual = await SchemaReader.ReadForAsync(connection, expected, cancellationToken).ConfigureAwait(false);
        var checks = SchemaComparer.Compare(expected, actual, options.Strict);
        return new SchemaReport(!checks.Any(check => check.Failed), "", "")
        {
            Expectation = options.SchemaFile,
            ServerVersion = actual.ServerVersion,
            StartedAt = startedAt,
            Duration = clock.Elapsed,
            Checks = checks,
        };
    }
}
