using FsCheck;
using FsCheck.Fluent;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Tests;

public class ScriptPropertyTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(500);

    // What ends, begins or hides something somewhere in PostgreSQL's lexical rules.
    private static readonly Gen<string> AnyText = Gen.Elements(
            "'",
            "''",
            "\"",
            "$",
            "$a$",
            "$$",
            "--",
            "/*",
            "*/",
            "\n",
            "\r",
            "\r\n",
            " ",
            "\t",
            "E'",
            "e",
            "U&'",
            "U&\"",
            "B'",
            "\\",
            "\\'",
            ";",
            ";",
            "(",
            ")",
            "a",
            "1",
            "1e",
            "+",
            "-",
            "*",
            "/",
            ".",
            ":",
            "BEGIN",
            "ATOMIC",
            "END",
            "CREATE ",
            "FUNCTION ",
            "OR REPLACE ",
            "CASE",
            "COMMIT",
            "COPY ",
            "FROM ",
            "STDIN",
            "ALTER TYPE e ADD VALUE 'a'",
            "VACUUM",
            "-- mued: ",
            "transaction=none",
            "é",
            "😀",
            "\0",
            "_",
            "DO "
        )
        .ListOf()
        .Select(string.Concat);

    private static readonly Gen<string> Piece = Gen.Elements(
        "a",
        "B",
        "é$1",
        "\"a;\"\"'\"",
        "U&\"\\0041;\"",
        "'a;''\"'",
        "'--'",
        "E'\\';'",
        "E'a'\n  -- it's\n'\\';'",
        "U&'/*;'",
        "B'01'",
        "N'$$'",
        "$$;'$$",
        "$a$ $$ ; $b$ $a$",
        "$1",
        "1",
        "1.5e-3",
        ".5",
        "0x1F",
        "+",
        "<>",
        "@-",
        "::",
        "..",
        ",",
        "(",
        "(';')",
        "[1:2]",
        "case",
        "end",
        "begin"
    );

    private static readonly Gen<string> Space = Gen.Elements(
        " ",
        "\n",
        "\r\n",
        "\t",
        " -- it's; \"a\" $$\n",
        "/* ; ' /* \" */ $$ */",
        " /**/ ",
        "\f\v "
    );

    private static readonly Gen<string> Statement =
        from pieces in Piece.NonEmptyListOf()
        from spaces in Space.ListOf(pieces.Count)
        let inner = string.Concat(pieces.Zip(spaces, (piece, space) => piece + space))
        let open = pieces.Count(piece => piece == "(")
        select $"SELECT {inner} 1{new string(')', open)}";

    private static SqlScript? TryParse(string text)
    {
        try
        {
            return SqlScript.Parse(text, "a.sql");
        }
        catch (MuedException error) when (error is { ExitCode: ExitCode.Usage, Line: > 0, Column: > 0 })
        {
            return null;
        }
    }

    private static IEnumerable<string> Texts(SqlScript script) => script.Statements.Select(script.TextOf);

    [Fact]
    public void Statements_written_one_after_the_other_are_found_again() =>
        Prop.ForAll(
                Arb.From(Statement.ListOf()),
                Arb.From(Space),
                (statements, space) =>
                    statements.SequenceEqual(
                        Texts(SqlScript.Parse(string.Concat(statements.Select(statement => $"{space}{statement}{space};")), "a.sql"))
                    )
            )
            .Check(Thorough);

    [Fact]
    public void Any_text_is_either_cut_or_refused_with_a_place() =>
        Prop.ForAll(
                Arb.From(AnyText),
                text =>
                {
                    if (TryParse(text) is not { } script)
                        return true;
                    var end = 0;
                    foreach (var statement in script.Statements)
                    {
                        var between = new SqlLexer(script.Text.AsSpan(0, statement.Offset), end);
                        for (var token = between.Next(); token.Kind != TokenKind.End; token = between.Next())
                        {
                            if (token.Kind is not (TokenKind.Semicolon or TokenKind.Directive) && script.Remarks.Count == 0)
                                return false;
                        }
                        if (script.Position(statement.Offset) != (statement.Line, statement.Column))
                            return false;
                        end = statement.Offset + statement.Length;
                    }
                    return end <= script.Text.Length;
                }
            )
            .Check(Thorough);

    [Fact]
    public void A_statement_alone_is_the_same_statement() =>
        Prop.ForAll(
                Arb.From(AnyText),
                text =>
                    TryParse(text) is not { } script
                    || Texts(script).All(statement => TryParse(statement) is not { } alone || Texts(alone).SequenceEqual([statement]))
            )
            .Check(Thorough);

    [Fact]
    public void Scripts_joined_by_a_semicolon_have_the_statements_of_both() =>
        Prop.ForAll(
                Arb.From(Statement.ListOf()),
                Arb.From(Statement.ListOf()),
                (one, other) =>
                {
                    var (first, second) = (string.Join(";", one), string.Join(";", other));
                    return Texts(SqlScript.Parse($"{first}\n;{second}", "a.sql"))
                        .SequenceEqual(Texts(SqlScript.Parse(first, "a.sql")).Concat(Texts(SqlScript.Parse(second, "a.sql"))));
                }
            )
            .Check(Thorough);

    [Fact]
    public void Space_and_comments_between_tokens_do_not_change_the_sql_checksum() =>
        Prop.ForAll(
                Arb.From(Piece.NonEmptyListOf()),
                Arb.From(Gen.Elements("\n", " -- it's\r\n", "/* \" */ ", "\t")),
                (pieces, space) =>
                    SqlScript.Parse("SELECT " + string.Join(' ', pieces), "a.sql").SqlChecksum
                        == SqlScript.Parse("SELECT " + string.Join(space, pieces), "a.sql").SqlChecksum
                    || pieces.Zip(pieces.Skip(1)).Any(pair => pair.First.EndsWith('\'') && pair.Second.StartsWith('\''))
            )
            .Check(Thorough);
}
