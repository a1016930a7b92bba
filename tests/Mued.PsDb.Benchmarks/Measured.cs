using System.Diagnostics;
using System.Globalization;

namespace Mued.PsDb.Benchmarks;

/// <summary>A whole process, measured from start to exit.</summary>
/// <param name="Elapsed">The median of the runs.</param>
/// <param name="Fastest">The fastest of them, on which other work of the machine tells least.</param>
/// <param name="PeakBytes">The largest resident set seen (VmHWM of /proc); 0 where there is no /proc.</param>
internal sealed record Measured(TimeSpan Elapsed, TimeSpan Fastest, long PeakBytes)
{
    /// <summary>
    /// Runs a program several times, each after <paramref name="prepare"/>, which is not counted. Fails when the program does.
    /// </summary>
    public static async Task<Measured> RunAsync(int runs, Func<Task> prepare, string program, params string[] arguments)
    {
        var all = new List<Measured>();
        for (var run = 0; run < runs; run++)
        {
            var peak = 0L;
            await prepare();
            var clock = Stopwatch.StartNew();
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            var exit = process.WaitForExitAsync();
            while (await Task.WhenAny(exit, Task.Delay(10)) != exit)
                peak = Math.Max(peak, PeakOf(process.Id));
            all.Add(new(clock.Elapsed, clock.Elapsed, peak));
            await output;
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await error}");
        }

        return Median(all);
    }

    /// <summary>The median time, and the largest resident set of all.</summary>
    public static Measured Median(IEnumerable<Measured> runs)
    {
        var sorted = runs.OrderBy(run => run.Elapsed).ToList();
        return new(sorted[sorted.Count / 2].Elapsed, sorted[0].Fastest, sorted.Max(run => run.PeakBytes));
    }

    private static long PeakOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status")
                .FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null
                ? 0
                : long.Parse(
                    line.AsSpan(6, line.Length - 8),
                    NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                    CultureInfo.InvariantCulture
                ) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
