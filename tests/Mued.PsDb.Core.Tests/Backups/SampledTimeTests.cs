using Mued.PsDb.Backups;

namespace Mued.PsDb.Tests;

/// <summary>How long work on many rows takes, reckoned by what it takes on some, on a clock that is made up.</summary>
public class SampledTimeTests
{
    [Theory]
    [InlineData(10, 0.01, 0)]
    [InlineData(10, 0.01, 60)]
    [InlineData(5_000_000, 0.001, 0)]
    [InlineData(5_000_000, 0.001, 60)]
    [InlineData(5_000_000_000, 0.000_01, 2)]
    [InlineData(5_000, 7, 0)]
    public async Task What_each_row_costs_is_multiplied_and_what_the_work_costs_by_itself_is_not(long rows, double each, double once)
    {
        var worked = 0.0;
        var whole = await SampledTime.WholeAsync(rows, sample => Task.FromResult(TimeSpan.FromSeconds(once + Worked(each * sample))));
        Assert.Equal(once + (each * rows), whole.TotalSeconds, each * rows / 1_000);
        Assert.InRange(worked, 0, Math.Max(5, 600 * each));

        double Worked(double seconds)
        {
            worked += seconds;
            return seconds;
        }
    }
}
