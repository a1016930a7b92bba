namespace Mued.PsDb.Tests;

public sealed class AzurePipelinesProgressTests
{
    private readonly List<string> lines = [];
    private readonly AzurePipelinesProgress progress;

    public AzurePipelinesProgressTests() => progress = new(lines.Add);

    [Fact]
    public void A_line_tells_each_change_of_the_percentage_however_fast_they_come()
    {
        Tell(new(ProgressKind.Step, "Connecting"));
        for (var done = 0; done < 1000; done++)
            Tell(new(ProgressKind.Migration, $"Applying {done}", Done: done, Total: 1000));
        Assert.Equal(100, lines.Count);
        Assert.Equal("##vso[task.setprogress value=0;]Applying 0", lines[0]);
        Assert.Equal("##vso[task.setprogress value=99;]Applying 990", lines[^1]);
    }

    [Fact]
    public void What_the_run_waits_for_is_a_plain_line_whose_text_gives_the_agent_no_command()
    {
        Tell(new(ProgressKind.Waiting, "Waiting for ##vso[task.complete]\nx"));
        var line = Assert.Single(lines);
        Assert.DoesNotContain("##", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    private void Tell(RunProgress value) => progress.Report(value);
}
