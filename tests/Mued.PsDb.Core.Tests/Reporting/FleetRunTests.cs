using Mued.PsDb.Reporting;

namespace Mued.PsDb.Tests.Reporting;

public class FleetRunTests
{
    [Fact]
    public async Task Whatever_a_target_tells_the_count_of_targets_goes_with_it()
    {
        var told = new Told();
        var work = new TargetWork(
            (_, progress, _) =>
            {
                progress!.Report(new(ProgressKind.Step, "step"));
                progress.Report(new(ProgressKind.Rows, "rows", null, 5, 9));
                return Task.FromResult<ReportDocument?>(ReportDocument.From(Samples.Succeeded()));
            }
        );
        ConnectionSettings[] targets =
        [
            .. new[] { "a", "b" }.Select(name => ConnectionSettings.Resolve(new() { Connection = $"postgresql://u@h/{name}" })),
        ];
        await new FleetRun("migrate", work, new() { ThrottleLimit = 1 }) { Progress = told }.RunAsync(targets, default);
        Assert.Equal(["0/2 2 databases", "0/2 u@h:5432/a: step", "1/2 1 of 2", "1/2 u@h:5432/b: step", "2/2 2 of 2"], told.Lines);
    }

    private sealed class Told : IProgress<RunProgress>
    {
        public List<string> Lines { get; } = [];

        public void Report(RunProgress value) => Lines.Add($"{value.Done}/{value.Total} {value.Message.Split(" databases:")[0]}");
    }
}
