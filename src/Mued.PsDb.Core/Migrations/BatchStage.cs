namespace Mued.PsDb.Migrations;

/// <summary>Where in a batch something went wrong.</summary>
internal enum BatchStage
{
    /// <summary>Making the history table.</summary>
    CreateHistory,

    /// <summary>Bringing a history table of an older format up to this one.</summary>
    UpgradeHistory,

    /// <summary>Claiming a migration.</summary>
    Claim,

    /// <summary>Making sure that its tables are still what was approved.</summary>
    Approve,

    /// <summary>Running one of its statements.</summary>
    Statement,

    /// <summary>Completing its history row, or noting there how far it is.</summary>
    Finish,

    /// <summary>Committing, and what the server does at a commit.</summary>
    Commit,

    /// <summary>Unknown: the connection broke, or the run was cancelled.</summary>
    Unknown,
}
