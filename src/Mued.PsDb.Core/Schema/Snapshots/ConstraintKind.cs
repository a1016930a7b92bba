namespace Mued.PsDb;

/// <summary>What a constraint is (pg_constraint.contype).</summary>
public enum ConstraintKind
{
    /// <summary>A primary key.</summary>
    PrimaryKey,

    /// <summary>A unique constraint.</summary>
    Unique,

    /// <summary>A foreign key.</summary>
    ForeignKey,

    /// <summary>A check.</summary>
    Check,

    /// <summary>An exclusion constraint.</summary>
    Exclusion,
}
