namespace Mued.PsDb.Schema;

/// <summary>Why a <see cref="GuardedQuery"/> was not run.</summary>
/// <param name="Kind">Whether it is about the table, its columns or the role's rights.</param>
/// <param name="Detail">The table, the columns, or a sentence that names the privilege.</param>
internal sealed record QueryObstacle(QueryObstacleKind Kind, string Detail);

/// <summary>The kinds of <see cref="QueryObstacle"/>.</summary>
internal enum QueryObstacleKind
{
    /// <summary>A table is not there.</summary>
    NoTable,

    /// <summary>Columns are not there, or of another type.</summary>
    NoColumns,

    /// <summary>The role may not see the rows.</summary>
    NoPrivilege,
}
