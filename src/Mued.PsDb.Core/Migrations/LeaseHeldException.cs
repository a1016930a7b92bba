namespace Mued.PsDb.Migrations;

/// <summary>Another runner holds the lease of a non-transactional migration.</summary>
internal sealed class LeaseHeldException(string runner) : Exception(runner)
{
    /// <summary>The host and process that hold it.</summary>
    public string Runner => Message;
}
