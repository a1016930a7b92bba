namespace Mued.PsDb;

/// <summary>A column.</summary>
public sealed record ColumnSnapshot
{
    /// <summary>A NOT NULL constraint of which nothing more is to be said.</summary>
    internal const string PlainNotNull = "NOT NULL";

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The type with its modifiers as <c>format_type</c> prints it, for example <c>numeric(8,2)</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Whether null is refused, by a constraint that is validated.</summary>
    public bool NotNull { get; init; }

    /// <summary>
    /// The NOT NULL constraint where it is more than that (PostgreSQL 18): a name that the server did not choose, NO INHERIT, NOT VALID.
    /// </summary>
    public string? NotNullConstraint { get; init; }

    /// <summary>The comment on the NOT NULL constraint (PostgreSQL 18).</summary>
    public string? NotNullComment { get; init; }

    /// <summary>The default expression.</summary>
    public string? Default { get; init; }

    /// <summary>Whether and how the column is an identity column.</summary>
    public IdentityKind Identity { get; init; }

    /// <summary>The expression of a stored generated column.</summary>
    public string? GeneratedStored { get; init; }

    /// <summary>The expression of a virtual generated column (PostgreSQL 18).</summary>
    public string? GeneratedVirtual { get; init; }

    /// <summary>Whether it is there only because a table from which this one inherits has it; not told of partitions.</summary>
    public bool Inherited { get; init; }

    /// <summary>The collation, when it is not the type's own.</summary>
    public string? Collation { get; init; }

    /// <summary>Storage, compression, statistics target and options, where they are not the default; null for none.</summary>
    public string? Settings { get; init; }

    /// <summary>The comment.</summary>
    public string? Comment { get; init; }
}
