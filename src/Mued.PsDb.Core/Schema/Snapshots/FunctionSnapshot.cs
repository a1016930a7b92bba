using System.Text.Json.Serialization;
using Mued.PsDb.Schema;

namespace Mued.PsDb;

/// <summary>A function, procedure or aggregate.</summary>
public sealed record FunctionSnapshot
{
    /// <summary>The schema.</summary>
    public required string Schema { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The arguments that tell it from its overloads, as <c>pg_get_function_identity_arguments</c> prints them.</summary>
    public string Arguments
    {
        get;
        init => field = value ?? "";
    } = "";

    /// <summary>The statement that makes it, body included, as <c>pg_get_functiondef</c> prints it, with LF line ends.</summary>
    [JsonConverter(typeof(LinesConverter))]
    public required string Definition { get; init; }

    /// <summary>The options of an aggregate beyond those in its definition; null for none.</summary>
    public string? Settings { get; init; }

    /// <summary>The comment.</summary>
    public string? Comment { get; init; }
}
