namespace Mued.PsDb.HelpBuilder;

/// <summary>A parameter as the compiled cmdlet declares it.</summary>
internal sealed record CmdletParameter
{
    /// <summary>The name, without a dash.</summary>
    public required string Name { get; init; }

    /// <summary>The full name of the type of its values.</summary>
    public required string Type { get; init; }

    /// <summary>The parameter set that it is in; null where it is in all.</summary>
    public string? Set { get; init; }

    /// <summary>Whether a call must give it, within its set.</summary>
    public bool Required { get; init; }

    /// <summary>Its place among the words without a name, if it may be one.</summary>
    public int? Position { get; init; }

    /// <summary>Whether whole objects of the pipeline are bound to it.</summary>
    public bool ByValue { get; init; }

    /// <summary>Whether properties of the pipeline's objects are bound to it.</summary>
    public bool ByPropertyName { get; init; }

    /// <summary>Whether it takes patterns.</summary>
    public bool Wildcards { get; init; }

    /// <summary>Its other names.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The members of its enumeration, the default first as declared.</summary>
    public IReadOnlyList<string> AcceptedValues { get; init; } = [];

    /// <summary>The default where the type alone says it: of switches and of enumerations.</summary>
    public string? Default { get; init; }

    /// <summary>Whether it takes no value.</summary>
    public bool IsSwitch => Type == "System.Management.Automation.SwitchParameter";

    /// <summary>The type as syntax lines show it.</summary>
    public string ShortType => Type[(Type.LastIndexOf('.') + 1)..];

    /// <summary>A switch that every changing cmdlet gets from PowerShell.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="alias">Its short name.</param>
    /// <returns>The parameter.</returns>
    public static CmdletParameter Switch(string name, string alias) =>
        new()
        {
            Name = name,
            Type = "System.Management.Automation.SwitchParameter",
            Aliases = [alias],
            Default = "False",
        };
}
