namespace Mued.PsDb.Importing;

/// <summary>Where a migration stands in another tool's history.</summary>
internal enum ForeignState
{
    /// <summary>It is applied.</summary>
    Applied,

    /// <summary>It and all before it are applied, or count so.</summary>
    Below,

    /// <summary>It failed, or was interrupted: nobody knows what of it is there.</summary>
    Failed,
}
