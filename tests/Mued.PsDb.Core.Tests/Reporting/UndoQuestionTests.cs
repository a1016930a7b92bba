using Mued.PsDb.Reporting;

namespace Mued.PsDb.Tests;

/// <summary>The question of undo, which both heads ask in the same words.</summary>
public class UndoQuestionTests
{
    [Theory]
    [InlineData("/backup", 3, "The rows are copied to /backup first.")]
    [InlineData(null, 3, "The rows are DESTROYED: no copy is made.")]
    [InlineData(null, 0, "No row is lost.")]
    public void It_names_all_that_goes_each_on_a_line_of_its_own(string? backupPath, long rows, string copy)
    {
        var plan = new UndoPlan("u@h:5432/d", [new("0002", "rollback_0002_b", ["0002_b"], UndoStatus.Pending)])
        {
            Tables = [new("public.t\n[y/N] y", rows)],
            Columns = [new("public.kept", "c", "integer", rows)],
            Dependents = [new("view", "public.v", "public.t")],
            BackupPath = backupPath,
        };
        Assert.Equal(
            [
                "Undo rollback_0002_b on u@h:5432/d.",
                $"Table public.t [y/N] y goes, with {rows} rows.",
                $"Column public.kept.c goes, in {rows} rows.",
                "The view public.v, which the migrations did not make, goes with public.t; that needs -Force (--force).",
                copy,
            ],
            UndoQuestion.Of(plan)
        );
    }
}
