namespace Mued.PsDb.HelpBuilder;

/// <summary>A cmdlet as it was compiled.</summary>
/// <param name="Verb">What it does.</param>
/// <param name="Noun">What it does it to.</param>
/// <param name="Parameters">Its parameters: those of its own class first.</param>
/// <param name="Outputs">The full names of the types that it puts out.</param>
internal sealed record Cmdlet(string Verb, string Noun, IReadOnlyList<CmdletParameter> Parameters, IReadOnlyList<string> Outputs)
{
    /// <summary>The name by which it is called.</summary>
    public string Name => $"{Verb}-{Noun}";

    /// <summary>The parameter set that a call has which settles no other; null where there is one set.</summary>
    public string? DefaultSet { get; init; }

    /// <summary>The parameter sets, the default one first; without any the one that all parameters are in.</summary>
    public IEnumerable<string?> Sets =>
        Parameters.Select(parameter => parameter.Set).Prepend(DefaultSet).Where(set => set is not null).Distinct().DefaultIfEmpty();

    /// <summary>The full names of the types that it takes from the pipeline as a whole.</summary>
    public IEnumerable<string> Inputs => Parameters.Where(parameter => parameter.ByValue).Select(parameter => parameter.Type).Distinct();
}
