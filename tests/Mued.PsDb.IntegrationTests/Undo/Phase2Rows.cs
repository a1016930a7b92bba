using System.Globalization;

namespace Mued.PsDb.Tests;

/// <summary>
/// Rows for Phase 2 with the values that copies get wrong: nulls, empty and odd texts, NaN, infinity, big documents, every label.
/// </summary>
internal static class Phase2Rows
{
    private const string Edges = """"
        CREATE FUNCTION text_edge(i int) RETURNS text LANGUAGE sql AS $$ SELECT (ARRAY['', 'plain', E'tab\there', E'line\nfeed', E'\r\n', E'back\\slash \\. \\N',
            '''single'' "double"', '日本語とえもじ🧑‍🚀', E'\u0001\u007f\u2028', '\N', '\.', 'NULL', ' leading and trailing ', 'a,b;c|d', E'\x0b\f\b'])[i % 15 + 1] $$;
        CREATE FUNCTION time_edge(i int) RETURNS timestamp LANGUAGE sql AS $$ SELECT (ARRAY['infinity', '-infinity', '1970-01-01', '2026-02-28 23:59:59.999999',
            '0044-03-15 00:00:00 BC', '294276-12-31 23:59:59.999999', '2000-02-29 12:00:00.000001']::timestamp[])[i % 7 + 1] $$;
        CREATE FUNCTION json_edge(i int) RETURNS jsonb LANGUAGE sql AS $$ SELECT (ARRAY[NULL, 'null', '{}', '[]', '"text \" \\ \n \u2028"', '{"a": [1, 2.50, null, {"b": "日本"}]}',
            '1e300', jsonb_build_array(repeat('y', 2000))::text])[i % 8 + 1]::jsonb $$;
        CREATE FUNCTION int_edge(i int) RETURNS int LANGUAGE sql AS $$ SELECT (ARRAY[NULL, 0, -1, 2147483647, -2147483648, i])[i % 6 + 1] $$;
        CREATE FUNCTION num_edge(i int) RETURNS numeric LANGUAGE sql AS $$ SELECT (ARRAY[NULL, 'NaN', 0, -999.99, 999.99, 0.01])[i % 6 + 1] $$;

        """";

    /// <summary>Fills all four tables: so many dialogues, as many rows of provenance, and a day of metrics for every ten.</summary>
    public static string Sql(int dialogues) =>
        Edges
        + string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            INSERT INTO users (id, clerk_id, email)
            SELECT md5('user' || i)::uuid, 'clerk' || i, 'user' || i || '@example.org' FROM generate_series(1, 50) AS i;

            INSERT INTO ai_dialogue_log (user_id, session_id, query, response, model_used, created_at, updated_at, citations, latency_ms,
                token_cost_jpy, citation_rate, prompt_tokens, completion_tokens, total_tokens, relevance_score, user_feedback, context_window_size, temperature)
            SELECT md5('user' || (i % 50 + 1))::uuid, md5('session' || i / 7)::uuid, text_edge(i), text_edge(i + 3) || repeat(md5(i::text), 4 + i % 9), 'model-' || i % 4,
                time_edge(i), time_edge(i + 1), json_edge(i), int_edge(i), num_edge(i), num_edge(i + 1), int_edge(i + 2), i, int_edge(i + 1), (num_edge(i) / 1000)::numeric(3,2),
                CASE i % 4 WHEN 3 THEN NULL ELSE i % 4 - 1 END, int_edge(i + 4), CASE WHEN i % 3 > 0 THEN 0.70 END
            FROM generate_series(1, {{dialogues}}) AS i;

            INSERT INTO provenance (content_id, content_type, source_uri, license_type, acquisition_method, rights_holder, permission_flag, hash_c2pa,
                hash_sha256, retention_years, access_policy, external_share_consent, acquired_by, acquired_at, last_verified_at, verification_status)
            SELECT md5('content' || i)::uuid, (enum_range(NULL::content_type))[i % 5 + 1], text_edge(i),
                (enum_range(NULL::license_type))[i % 10 + 1], (enum_range(NULL::acquisition_method))[i % 6 + 1], text_edge(i + 1),
                CASE i % 3 WHEN 0 THEN NULL ELSE i % 3 = 1 END, md5(i::text), text_edge(i + 5), int_edge(i), json_edge(i + 1), i % 2 = 0,
                CASE WHEN i % 5 > 0 THEN md5('user' || (i % 50 + 1))::uuid END, time_edge(i), time_edge(i + 2), left(text_edge(i), 50)
            FROM generate_series(1, {{dialogues}}) AS i;

            INSERT INTO rag_metrics_history (date, citation_rate, citation_count, total_cost, slo_compliance)
            SELECT '2020-01-01'::timestamp + i * interval '1 day', num_edge(i), int_edge(i), num_edge(i + 1), json_edge(i) FROM generate_series(1, {{dialogues}} / 10) AS i;
            INSERT INTO rag_metrics_history (date) VALUES ('infinity'), ('-infinity'), ('4713-01-01 BC');

            INSERT INTO plugin_registry (name, source, capabilities, config, version, last_health_check, health_status)
            SELECT left(text_edge(i) || i, 100), 'source' || i, coalesce(json_edge(i), '[]'), json_edge(i + 1), 'v' || i, time_edge(i), NULL FROM generate_series(1, 30) AS i;
            UPDATE plugin_registry SET config = jsonb_build_object('big', repeat('x', 1 << 20)) WHERE name = 'Local Materials';
            DROP FUNCTION text_edge, time_edge, json_edge, int_edge, num_edge;
            """
        );
}
