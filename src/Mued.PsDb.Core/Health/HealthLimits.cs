using Mued.PsDb.Foundation;
using Mued.PsDb.Health;
using Mued.PsDb.Metrics;

namespace Mued.PsDb;

/// <summary>The limits of the checks of health, by the names of the checks.</summary>
public sealed class HealthLimits
{
    private readonly Dictionary<string, decimal> given = new(StringComparer.OrdinalIgnoreCase);

    private HealthLimits() { }

    /// <summary>Those that hold where nothing else is given.</summary>
    public static HealthLimits Default { get; } = new();

    /// <summary>Reads limits as a person gives them; what is not given keeps its default.</summary>
    /// <param name="given">Each either NAME=VALUE or a JSON file with an object of numbers; the last of a name counts.</param>
    /// <returns>The limits.</returns>
    /// <exception cref="MuedException">A name is unknown, a value is no number from 0 up, or a file cannot be read (exit code 2).</exception>
    public static HealthLimits Read(IEnumerable<string> given)
    {
        ArgumentNullException.ThrowIfNull(given);
        var limits = new HealthLimits();
        foreach (var (name, value) in NamedNumbers.Read(given))
        {
            if (!HealthSubject.All.Any(subject => subject.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                throw Texts.Usage("LimitUnknown", name, string.Join(", ", HealthSubject.All.Select(subject => subject.Name)));
            limits.given[name] = value;
        }

        return limits;
    }

    /// <summary>The limit of a check.</summary>
    internal decimal Of(HealthSubject subject) => given.GetValueOrDefault(subject.Name, subject.Limit);
}
