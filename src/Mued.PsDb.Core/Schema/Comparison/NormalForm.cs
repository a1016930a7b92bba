using System.Text.Json;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Schema;

/// <summary>
/// Asks the server whether two texts mean the same: each becomes a temporary view that is rolled back at once, and the server prints both.
/// A view is parsed and never planned or run, so that no function of the database is called under our role, and what it reads is locked
/// as by a SELECT.
/// </summary>
internal static class NormalForm
{
    /// <summary>Each query of <c>mued.queries</c> as the server prints it, or the SQLSTATE of what was in its way.</summary>
    private const string Print = """
        DO $$
        DECLARE
            query text;
            printed text;
            results jsonb := '[]';
        BEGIN
            FOR query IN SELECT jsonb_array_elements_text(current_setting('mued.queries')::jsonb) LOOP
                BEGIN
                    EXECUTE 'CREATE TEMPORARY VIEW mued_normal_form AS ' || query;
                    printed := pg_get_viewdef('pg_temp.mued_normal_form'::regclass);
                    RAISE EXCEPTION USING ERRCODE = 'MU000';
                EXCEPTION
                    WHEN SQLSTATE 'MU000' THEN results := results || jsonb_build_array(printed);
                    WHEN OTHERS THEN results := results || jsonb_build_array(jsonb_build_array(SQLSTATE));
                END;
            END LOOP;
            PERFORM set_config('mued.queries', results::text, true);
        END
        $$
        """;

    /// <summary>Settles the doubts of a comparison, in one round trip; none where there are no doubts.</summary>
    /// <returns>The checks, with those passed whose texts mean the same.</returns>
    public static async Task<IReadOnlyList<SchemaCheck>> SettleAsync(
        NpgsqlConnection connection,
        SchemaComparison comparison,
        CancellationToken cancellationToken
    )
    {
        var doubts = comparison.Doubts.Where(doubt => IsOneQuery(doubt.Expected) && IsOneQuery(doubt.Actual)).ToList();
        if (doubts.Count == 0)
            return comparison.Checks;
        var queries = JsonText.Of(doubts.SelectMany(doubt => new[] { doubt.Expected, doubt.Actual }));
        using var batch = connection.Batch([
            CatalogSession.Begin,
            new NpgsqlBatchCommand("SELECT set_config('mued.queries', $1, true)")
            {
                Parameters = { new NpgsqlParameter<string> { TypedValue = queries } },
            },
            Print,
            "SELECT current_setting('mued.queries')",
            CatalogSession.End,
        ]);
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = reader.ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        using var printed = JsonDocument.Parse(reader.GetString(0));
        return Judge(comparison.Checks, doubts, [.. printed.RootElement.EnumerateArray()]);
    }

    /// <summary>
    /// An expectation is data, perhaps of somebody else: a text in it that ends the query and begins another statement is never sent.
    /// </summary>
    internal static bool IsOneQuery(string query)
    {
        try
        {
            return SqlScript.Parse(query, "").Statements.Count == 1;
        }
        catch (MuedException)
        {
            return false;
        }
    }

    private static List<SchemaCheck> Judge(IReadOnlyList<SchemaCheck> compared, List<Doubt> doubts, List<JsonElement> printed)
    {
        List<SchemaCheck> checks = [.. compared];
        for (var i = 0; i < doubts.Count; i++)
        {
            var (place, expected, actual) = (doubts[i].Check, printed[2 * i], printed[(2 * i) + 1]);
            if (expected.ValueKind == JsonValueKind.String && actual.ValueKind == JsonValueKind.String)
            {
                if (expected.GetString() == actual.GetString())
                    checks[place] = checks[place] with { Status = CheckStatus.Passed, Advice = null, SuggestedSql = null };
            }
            else if (actual.ValueKind == JsonValueKind.Array)
            {
                checks[place] = checks[place] with { Advice = Texts.Get("Check.NotProven", actual[0].GetString(), checks[place].Advice) };
            }
        }

        return checks;
    }
}
