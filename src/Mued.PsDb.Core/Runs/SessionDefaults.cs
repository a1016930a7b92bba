using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Runs;

/// <summary>
/// What a session was when it was opened: the role, the settings, and nothing else. One migration must find it as the next run would, and
/// a pooler hands it on to other clients, so whatever a migration set or left there, visibly or inside a function, is taken back.
/// </summary>
internal sealed class SessionDefaults
{
    // A pooler in transaction mode sets these for each client, so RESET ALL would leave those of the client that the server session
    // was opened for (PgBouncer manual, track_extra_parameters; it can only pass along what the server reports).
    private static readonly string[] PassedAlong =
    [
        "client_encoding",
        "standard_conforming_strings",
        "DateStyle",
        "IntervalStyle",
        "TimeZone",
        "search_path",
        "application_name",
    ];

    // DEALLOCATE ALL would take those as well that a pooler shares among its clients; these were made by PREPARE.
    private const string Deallocate = """
        DO $mued$
        DECLARE
            name pg_catalog.text;
        BEGIN
            FOR name IN SELECT p.name FROM pg_catalog.pg_prepared_statements AS p WHERE p.from_sql LOOP
                EXECUTE pg_catalog.concat('DEALLOCATE ', pg_catalog.quote_ident(name));
            END LOOP;
        END
        $mued$
        """;

    private readonly string settings;

    /// <summary>Notes what a connection is that was just opened.</summary>
    /// <param name="connection">The connection.</param>
    public SessionDefaults(NpgsqlConnection connection)
    {
        var reported = connection.PostgresParameters;
        settings = string.Concat(
            PassedAlong
                .Where(reported.ContainsKey)
                .Select(name => $", pg_catalog.set_config({SqlString.Literal(name)}, {SqlString.Literal(reported[name])}, false)")
        );
    }

    /// <summary>
    /// The commands that take everything back; inside a transaction, for then they are committed with the work or not at all, and by
    /// the same server session behind a pooler. They end SET LOCAL too (PostgreSQL manual, SET; SET SESSION AUTHORIZATION). They are those
    /// of DISCARD ALL, which refuses a transaction, but for the plans of the server.
    /// </summary>
    /// <param name="script">What has run; null for anything.</param>
    public IEnumerable<BatchStep> Restore(SqlScript? script)
    {
        // Not covered by RESET ALL; and the role of the connection's own options comes back only with RESET ROLE.
        yield return "RESET SESSION AUTHORIZATION";
        yield return "RESET ROLE";
        yield return "RESET ALL";
        yield return BatchStep.Unguarded("CLOSE ALL");
        yield return BatchStep.Unguarded("DISCARD TEMPORARY");
        yield return BatchStep.Unguarded("DISCARD SEQUENCES");
        yield return BatchStep.Unguarded("UNLISTEN *");

        // To look for them costs more than all the rest, and hardly a script has the word.
        if (script is null || script.Text.HasWord("prepare"))
            yield return BatchStep.Unguarded(Deallocate);

#pragma warning disable CA5394 // What random() gives is no secret, only not to be known from what a script has set.
        var seed = Random.Shared.NextDouble();
#pragma warning restore CA5394
        yield return BatchStep.Unguarded(
            new NpgsqlBatchCommand($"SELECT pg_catalog.pg_advisory_unlock_all(), pg_catalog.setseed($1){settings}")
            {
                Parameters = { new() { Value = seed } },
            }
        );
    }
}
