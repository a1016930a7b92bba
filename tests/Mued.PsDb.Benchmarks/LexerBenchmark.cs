using System.Diagnostics;
using System.Globalization;
using System.Text;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Benchmarks;

/// <summary>
/// Megabytes of UTF-8 a second on one core: decoding, cutting into tokens, and all of <see cref="SqlScript.Parse(string, string, bool)"/> with both
/// checksums. Without an argument on a script like hand-written migrations; with a folder on its *.sql files.
/// </summary>
internal static class LexerBenchmark
{
    private const int Rounds = 40;

    public static void Run(string? folder)
    {
        var files = folder is null
            ? [Encoding.UTF8.GetBytes(Migrations())]
            : Directory.EnumerateFiles(folder, "*.sql", SearchOption.AllDirectories).Select(File.ReadAllBytes).Where(CanParse).ToArray();
        var size = files.Sum(file => (long)file.Length);
        var texts = Array.ConvertAll(files, file => SqlFile.Decode(file, "benchmark.sql"));
        var statements = texts.Sum(text => SqlScript.Parse(text, "benchmark.sql").Statements.Count);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"lexer: {files.Length} file(s), {size / 1e6:F1} MB, {statements} statements, best of {Rounds}"
            )
        );
        Console.WriteLine("| step | MB/s |");
        Console.WriteLine("| --- | ---: |");
        Measure("decode", size, () => Array.ForEach(files, file => SqlFile.Decode(file, "benchmark.sql")));
        Measure("tokens", size, () => Array.ForEach(texts, CountTokens));
        Measure("statements and both checksums", size, () => Array.ForEach(texts, text => SqlScript.Parse(text, "benchmark.sql")));
    }

    private static bool CanParse(byte[] file)
    {
        try
        {
            return SqlScript.Parse(SqlFile.Decode(file, "benchmark.sql"), "benchmark.sql").Statements.Count > 0;
        }
        catch (MuedException)
        {
            return false;
        }
    }

    private static void Measure(string step, long size, Action action)
    {
        var best = TimeSpan.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            var elapsed = Stopwatch.GetElapsedTime(start);
            if (elapsed < best)
                best = elapsed;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {step} | {size / 1e6 / best.TotalSeconds:F0} |"));
    }

    private static void CountTokens(string text)
    {
        var lexer = new SqlLexer(text);
        while (lexer.Next().Kind != TokenKind.End) { }
    }

    private static string Migrations()
    {
        var script = new StringBuilder();
        for (var i = 0; script.Length < 2_000_000; i++)
        {
            script.Append(
                CultureInfo.InvariantCulture,
                $$"""
                -- Orders of customer group {{i}}: one row an order, kept for seven years.
                CREATE TABLE IF NOT EXISTS orders_{{i}} (
                    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
                    customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
                    state varchar(50) NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'paid', 'sent')),
                    total numeric(10, 2) NOT NULL DEFAULT 0.00,
                    created_at timestamptz NOT NULL DEFAULT now()
                );
                CREATE INDEX IF NOT EXISTS orders_{{i}}_customer ON orders_{{i}} (customer_id, created_at DESC) WHERE state <> 'sent';
                COMMENT ON TABLE orders_{{i}} IS 'The customer''s orders; see /docs/orders.md for how they are paid.';
                INSERT INTO settings (name, value) VALUES ('orders_{{i}}', '{"keep": "7 years", "notify": true}'::jsonb) ON CONFLICT (name) DO NOTHING;

                /* Keeps updated_at true, whoever writes. */
                CREATE OR REPLACE FUNCTION touch_{{i}}() RETURNS trigger LANGUAGE plpgsql AS $function$
                BEGIN
                    NEW.updated_at := now();
                    RETURN NEW;
                END
                $function$;


                """
            );
        }
        return script.ToString();
    }
}
