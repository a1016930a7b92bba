using System.Text.Json.Serialization;
using Mued.PsDb.Schema;

namespace Mued.PsDb;

/// <summary>An object whose whole definition is one text: a collation, an operator, a publication …</summary>
public sealed record ObjectSnapshot
{
    /// <summary>What it is.</summary>
    public required ObjectKind Kind { get; init; }

    /// <summary>The whole name, as <c>COMMENT ON</c> takes it: <c>public.== (a, b)</c>, <c>public.ops USING btree</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The statements that make it, with whatever may be a secret masked.</summary>
    [JsonConverter(typeof(LinesConverter))]
    public required string Definition { get; init; }

    /// <summary>The comment.</summary>
    public string? Comment { get; init; }

    /// <summary>An extension without its version, for who did not say which one is wanted gets the newest that a server has.</summary>
    internal ObjectSnapshot InAnyVersion() =>
        Definition.IndexOf(" VERSION ", StringComparison.Ordinal) is var at and > 0 ? this with { Definition = Definition[..at] } : this;
}
