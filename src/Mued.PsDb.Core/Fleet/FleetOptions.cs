using Mued.PsDb.Foundation;

namespace Mued.PsDb.Fleet;

/// <summary>How a run goes over many targets.</summary>
internal sealed record FleetOptions
{
    /// <summary>How many targets are at work at the same time, at most.</summary>
    public int ThrottleLimit { get; init; } = 8;

    /// <summary>How many targets go first; when one of them fails, no other is begun.</summary>
    public int Canary { get; init; }

    /// <summary>How many targets may fail before no other is begun; null when that ends nothing.</summary>
    public int? MaxFailures { get; init; }

    /// <summary>Refuses what no run can be made of.</summary>
    /// <exception cref="MuedException">A number is too small (exit code 2).</exception>
    public void Check()
    {
        foreach (
            var (name, value, least) in ((string, int?, int)[])
                [(nameof(ThrottleLimit), ThrottleLimit, 1), (nameof(Canary), Canary, 0), (nameof(MaxFailures), MaxFailures, 1)]
        )
        {
            if (value < least)
                throw Texts.Usage("OptionOutOfRange", name, value, least);
        }
    }
}
