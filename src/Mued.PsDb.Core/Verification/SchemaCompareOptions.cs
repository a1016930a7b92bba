using System.Collections.Immutable;
using Mued.PsDb.Fleet;

namespace Mued.PsDb;

/// <summary>What <see cref="SchemaCompare"/> is asked to do.</summary>
public sealed record SchemaCompareOptions
{
    /// <summary>What the targets should be like.</summary>
    public required SchemaSource Reference { get; init; }

    /// <summary>What is compared with it, one or many.</summary>
    public required IReadOnlyList<SchemaSource> Targets { get; init; }

    /// <summary>
    /// The schemas that are compared, of two databases; empty for all of them and for what is in none. A file and a folder say themselves what
    /// they hold.
    /// </summary>
    public IReadOnlyList<string> Schemas { get; init; } = [];

    /// <summary>Whether owners are compared, where both sides hold them.</summary>
    public bool Owners { get; init; } = true;

    /// <summary>Whether privileges are compared, where both sides hold them.</summary>
    public bool Privileges { get; init; } = true;

    /// <summary>Roles that have another name on the targets than on the reference: from there to here.</summary>
    public IReadOnlyDictionary<string, string> Roles { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The convention of a folder; the default is the one that the folder shows.</summary>
    public MigrationLayout Layout { get; init; }

    /// <summary>What the placeholders of a folder's files stand for, by name.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>A SQL file that makes what the migrations of a folder build on; its tables are not compared.</summary>
    public string? BaseFile { get; init; }

    /// <summary>How to go over many targets.</summary>
    internal FleetOptions Way { get; init; } = new();

    /// <summary>Told each of many targets as it ends, with a report on it alone; one at a time, on any thread.</summary>
    internal Action<SchemaSource, CompareReport>? Ended { get; init; }
}
