namespace Mued.PsDb;

/// <summary>What kept seed rows from being read.</summary>
/// <param name="Kind">Whether it is about the table, its columns or the role's rights.</param>
/// <param name="Detail">The columns, or a sentence that names the privilege.</param>
internal sealed record SeedObstacle(SeedObstacleKind Kind, string Detail);

/// <summary>The kinds of <see cref="SeedObstacle"/>.</summary>
internal enum SeedObstacleKind
{
    /// <summary>The table is not there.</summary>
    NoTable,

    /// <summary>The table lacks columns.</summary>
    NoColumns,

    /// <summary>The role may not see the rows.</summary>
    NoPrivilege,
}
