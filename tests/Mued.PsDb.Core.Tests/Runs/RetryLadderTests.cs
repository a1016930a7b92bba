using Microsoft.Extensions.Time.Testing;
using Mued.PsDb.Runs;

namespace Mued.PsDb.Tests;

public class RetryLadderTests
{
    [Fact]
    public void The_wait_doubles_from_a_fifth_of_a_second_to_eight_and_half_of_it_is_chance()
    {
        double[] longest = [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 8, 8, 8];
        var delays = Enumerable
            .Range(0, 200)
            .Select(_ => Climb(new(longest.Length + 1, TimeSpan.FromHours(1), new FakeTimeProvider())))
            .ToList();
        for (var i = 0; i < longest.Length; i++)
        {
            var seconds = delays.Select(climb => climb[i]!.Value.TotalSeconds).ToList();
            Assert.All(seconds, delay => Assert.InRange(delay, longest[i] / 2, longest[i]));
            Assert.True(seconds.Max() - seconds.Min() > longest[i] / 4, $"Try {i + 1} always waits about {seconds[0]} s.");
        }

        Assert.All(delays, climb => Assert.Null(climb[^1]));

        static List<TimeSpan?> Climb(RetryLadder ladder) => [.. Enumerable.Range(0, 10).Select(_ => ladder.NextDelay("55P03", "lock", []))];
    }

    [Fact]
    public void Time_that_goes_by_between_the_tries_counts_and_a_wait_beyond_it_is_not_begun()
    {
        var clock = new FakeTimeProvider();
        var ladder = new RetryLadder(100, TimeSpan.FromSeconds(60), clock);
        Assert.NotNull(ladder.NextDelay("55P03", "lock", []));
        clock.Advance(TimeSpan.FromSeconds(59.5));
        Assert.NotNull(ladder.NextDelay("55P03", "lock", []));
        clock.Advance(TimeSpan.FromSeconds(0.4));
        Assert.Null(ladder.NextDelay("55P03", "lock", []));
        Assert.Equal([1, 2, 3], ladder.Attempts.Select(attempt => attempt.Number));
        Assert.Null(ladder.Attempts[^1].Delay);
    }

    [Fact]
    public void It_ends_with_its_tries()
    {
        var ladder = new RetryLadder(3, TimeSpan.FromSeconds(60), new FakeTimeProvider());
        Assert.NotNull(ladder.NextDelay("55P03", "lock", []));
        Assert.NotNull(ladder.NextDelay("55P03", "lock", []));
        Assert.Null(ladder.NextDelay("55P03", "lock", []));
    }

    [Fact]
    public void Behind_an_autovacuum_that_prevents_wraparound_it_waits_longer_between_tries_and_ten_times_as_long()
    {
        Blocker[] vacuum = [new(42, "", null, null, [], "public.t") { PreventsWraparound = true }];
        var clock = new FakeTimeProvider();
        var ladder = new RetryLadder(2, TimeSpan.FromSeconds(60), clock);
        for (var number = 1; number < 20; number++)
        {
            Assert.InRange(ladder.NextDelay("55P03", "lock", vacuum)!.Value.TotalSeconds, 15, 30);
            clock.Advance(TimeSpan.FromSeconds(29));
        }

        Assert.Null(ladder.NextDelay("55P03", "lock", vacuum));
        Assert.Null(new RetryLadder(1, TimeSpan.FromSeconds(60), clock).NextDelay("55P03", "lock", vacuum));
    }
}
