using System.Globalization;

namespace Mued.PsDb.Tests;

public sealed class IntegrityTests
{
    [Fact]
    public async Task Sound_data_pass_and_are_counted_and_measured()
    {
        await using var database = await Phase2Database.CreateAsync();
        await database.ExecuteAsync(Rows);

        var report = await RunAsync(database);

        Assert.All(report.Checks, check => Assert.False(check.Failed, $"{check.Kind} {check.Name}: {check.Actual}"));
        Assert.Equal(
            ["public.ai_dialogue_log", "public.plugin_registry", "public.provenance", "public.rag_metrics_history"],
            report.Tables.Select(t => t.Table)
        );
        Assert.Equal([3, 2, 5, 2], report.Tables.Select(t => t.Rows));
        Assert.All(report.Tables, t => Assert.True(t.HeapBytes > 0 && t.IndexBytes > 0 && t.TotalBytes == t.HeapBytes + t.IndexBytes));
    }

    [Fact]
    public async Task Kinds_without_a_table_are_counted_and_reported_as_unchecked()
    {
        await using var database = await Phase2Database.CreateAsync();
        await database.ExecuteAsync(Rows);

        var check = Assert.Single((await RunAsync(database)).Checks, check => check.Status == CheckStatus.Unchecked);

        Assert.Equal(
            (
                "reference",
                "public.provenance.content_id[creation_log, generated, note_article]",
                CheckSeverity.Info,
                "generated: 2, note_article: 1"
            ),
            (check.Kind, check.Name, check.Severity, check.Actual)
        );
    }

    [Theory]
    [InlineData(
        "ALTER TABLE public.ai_dialogue_log DROP CONSTRAINT fk_ai_dialogue_user; UPDATE public.ai_dialogue_log SET user_id = gen_random_uuid(); "
            + "ALTER TABLE public.ai_dialogue_log ADD CONSTRAINT fk_ai_dialogue_user FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE NOT VALID",
        "orphans",
        "public.ai_dialogue_log.fk_ai_dialogue_user",
        "3 rows"
    )]
    [InlineData(
        "ALTER TABLE public.provenance DROP CONSTRAINT fk_provenance_acquired_by; UPDATE public.provenance SET acquired_by = gen_random_uuid() WHERE content_type = 'generated'",
        "orphans",
        "public.provenance.fk_provenance_acquired_by",
        "2 rows"
    )]
    [InlineData(
        "UPDATE public.provenance SET content_id = gen_random_uuid() WHERE content_type = 'material'",
        "reference",
        "public.provenance.content_id[material]",
        "1 row not in public.materials"
    )]
    [InlineData(
        "UPDATE public.provenance SET content_id = gen_random_uuid() WHERE content_type = 'ai_response'",
        "reference",
        "public.provenance.content_id[ai_response]",
        "1 row not in public.ai_dialogue_log"
    )]
    [InlineData(
        "DROP INDEX public.idx_rag_metrics_date_unique; INSERT INTO public.rag_metrics_history (date) VALUES ('2026-01-01 23:59'), ('2026-01-02 11:00'), ('2026-01-02 12:00')",
        "duplicates",
        "public.rag_metrics_history.date",
        "2 days twice or more: 2026-01-01 (2), 2026-01-02 (3)"
    )]
    [InlineData(
        "UPDATE public.ai_dialogue_log SET citation_rate = 100.01",
        "range",
        "public.ai_dialogue_log.citation_rate",
        "3 rows outside, from 100.01 to 100.01"
    )]
    [InlineData(
        "ALTER TABLE public.ai_dialogue_log DROP CONSTRAINT ai_dialogue_log_user_feedback_check; UPDATE public.ai_dialogue_log SET user_feedback = -2",
        "range",
        "public.ai_dialogue_log.user_feedback",
        "3 rows outside, from -2 to -2"
    )]
    [InlineData(
        "UPDATE public.rag_metrics_history SET positive_votes_rate = -1",
        "range",
        "public.rag_metrics_history.positive_votes_rate",
        "2 rows outside, from -1.00 to -1.00"
    )]
    [InlineData(
        "UPDATE public.rag_metrics_history SET citation_rate = 'NaN'",
        "range",
        "public.rag_metrics_history.citation_rate",
        "2 rows outside, from NaN to NaN"
    )]
    public async Task Unsound_data_fail_exactly_their_check(string sql, string kind, string name, string actual)
    {
        await using var database = await Phase2Database.CreateAsync();
        await database.ExecuteAsync(Rows);
        await database.ExecuteAsync(sql);

        var check = Assert.Single((await RunAsync(database)).Checks, check => check.Failed && IsAboutData(check));

        Assert.Equal((kind, name, actual, CheckStatus.Different), (check.Kind, check.Name, check.Actual, check.Status));
        Assert.NotNull(check.Advice);
    }

    [Fact]
    public async Task The_query_in_the_advice_shows_the_rows()
    {
        await using var database = await Phase2Database.CreateAsync();
        await database.ExecuteAsync(Rows);
        await database.ExecuteAsync("UPDATE public.provenance SET content_id = gen_random_uuid() WHERE content_type = 'material'");

        var check = Assert.Single((await RunAsync(database)).Checks, check => check.Failed);
        var query = check.Advice![check.Advice!.IndexOf("SELECT", StringComparison.Ordinal)..];

        Assert.Equal(1L, await database.ScalarAsync<long>($"SELECT count(*) FROM ({query}) AS q"));
    }

    [Theory]
    [InlineData("DROP TABLE public.materials", "reference", "public.provenance.content_id[material]", "public.materials")]
    [InlineData(
        "ALTER TABLE public.ai_dialogue_log DROP COLUMN citation_rate",
        "range",
        "public.ai_dialogue_log.citation_rate",
        "public.ai_dialogue_log.citation_rate"
    )]
    [InlineData(
        "ALTER TABLE public.ai_dialogue_log ALTER COLUMN citation_rate TYPE text",
        "range",
        "public.ai_dialogue_log.citation_rate",
        "another type"
    )]
    public async Task Data_that_cannot_be_tested_fail_and_say_why(string sql, string kind, string name, string why)
    {
        await using var database = await Phase2Database.CreateAsync();
        await database.ExecuteAsync(sql);

        var check = Assert.Single((await RunAsync(database)).Checks, check => check.Failed && IsAboutData(check));

        Assert.Equal((kind, name, CheckStatus.Unchecked), (check.Kind, check.Name, check.Status));
        Assert.Contains(why, check.Advice, StringComparison.Ordinal);
    }

    private static bool IsAboutData(SchemaCheck check) => check.Kind is "rows" or "orphans" or "reference" or "duplicates" or "range";

    private static Task<SchemaReport> RunAsync(TestDatabase database) =>
        SchemaTest.RunAsync(
            ConnectionSettings.Resolve(new() { Connection = database.Url }),
            new() { SchemaFile = Phase2Database.ExpectedFile, IncludeData = true }
        );

    private static string Rows { get; } =
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            INSERT INTO public.users (id, clerk_id, email) VALUES ('{Id(1)}', 'a', 'a@example.org'), ('{Id(2)}', 'b', 'b@example.org');
            INSERT INTO public.materials (id, creator_id, title) VALUES ('{Id(3)}', '{Id(1)}', 'm');
            INSERT INTO public.ai_dialogue_log (id, user_id, session_id, query, response, model_used, citation_rate, user_feedback, relevance_score)
            VALUES ('{Id(4)}', '{Id(1)}', '{Id(9)}', 'q', 'r', 'm', 0, -1, 0), ('{Id(5)}', '{Id(1)}', '{Id(
                9
            )}', 'q', 'r', 'm', 100, 1, 1), ('{Id(6)}', '{Id(2)}', '{Id(9)}', 'q', 'r', 'm', NULL, NULL, NULL);
            INSERT INTO public.provenance (content_id, content_type, acquired_by)
            VALUES ('{Id(3)}', 'material', '{Id(1)}'), ('{Id(4)}', 'ai_response', NULL), ('{Id(7)}', 'generated', '{Id(2)}'), ('{Id(
                8
            )}', 'generated', NULL), ('{Id(8)}', 'note_article', NULL);
            INSERT INTO public.rag_metrics_history (date, positive_votes_rate) VALUES ('2026-01-01 00:00', 50), ('2026-01-02 00:00', NULL);
            """
        );

    private static string Id(int number) => $"00000000-0000-0000-0000-{number:000000000000}";
}
