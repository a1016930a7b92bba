using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Files;

/// <summary>Two opening braces outside of strings and comments, where no SQL has them: the template of another tool.</summary>
internal static class TemplateMark
{
    private const string Mark = "{{";

    /// <summary>Refuses a script that has one.</summary>
    /// <exception cref="MuedException">It has.</exception>
    public static void Reject(SqlScript script)
    {
        if (!script.Text.Contains(Mark, StringComparison.Ordinal))
            return;
        var lexer = new SqlLexer(script.Text);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (token.Length != 1 || !script.Text.AsSpan(token.Start).StartsWith(Mark, StringComparison.Ordinal))
                continue;
            var (line, column) = script.Position(token.Start);
            throw Texts.UsageAt("TemplateFound", script.File, line, column);
        }
    }
}
