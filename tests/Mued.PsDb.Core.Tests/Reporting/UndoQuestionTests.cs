using Mued.PsDb.Reporting;

namespace Mued.PsDb.Tests;

/// <summary>The question of undo, which both heads ask in the same words.</summary>
public class UndoQuestionTests
{
    [Theory]
    [InlineData("/backup", 3, 4.0, "The rows are copied to /backup first.", "for about 4.0 s; -MaxBlocking")]
    [InlineData("/backup", 3, null, "The rows are copied to /backup first.", "for how long is unknown; -MaxBlocking")]
    [InlineData(null, 3, null, "The rows are DESTROYED: no copy is made.", null)]
    [InlineData(null, 0, null, "No row is lost.", null)]
    public void It_names_all_that_goes_each_on_a_line_of_its_own(string? backupPath, long rows, double? seconds, string copy, string? wait)
    {
        var plan = new UndoPlan("u@h:5432/d", [new("0002", "rollback_0002_b", ["0002_b"], UndoStatus.Pending)])
        {
            Tables = [new("public.t\n[y/N] y", rows)],
            Columns = [new("public.kept", "c", "integer", rows)],
            Dependents = [new("view", "public.v", "public.t")],
            BackupPath = backupPath,
            Expected = seconds is { } expected ? TimeSpan.FromSeconds(expected) : null,
        };
        var question = UndoQuestion.Of(plan);
        Assert.Equal(
            [
                "Undo rollback_0002_b on u@h:5432/d.",
                $"Table public.t [y/N] y goes, with {rows} rows.",
                $"Column public.kept.c goes, in {rows} rows.",
                "The view public.v, which the migrations did not make, goes with public.t; that needs -Force (--force).",
                copy,
            ],
            question.Take(5)
        );
        Assert.Equal(wait is null ? 0 : 1, question.Count - 5);
        Assert.All(question.Skip(5), line => Assert.Contains(wait!, line, StringComparison.Ordinal));
    }
}
