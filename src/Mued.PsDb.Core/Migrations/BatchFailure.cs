using Mued.PsDb.Connections;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>What stopped a batch, or a stepwise migration.</summary>
/// <param name="Cause">The exception.</param>
/// <param name="Stage">Where it stopped.</param>
/// <param name="Item">The migration; the first one not known to be committed when the stage is unknown.</param>
/// <param name="Statement">The index of the statement in its file, when it was one of the file's.</param>
internal sealed record BatchFailure(Exception Cause, BatchStage Stage, PlanItem Item, int? Statement)
{
    /// <summary>Whether a statement may be done in part, of which nobody can tell; then it is not tried again unasked.</summary>
    public bool InDoubt { get; init; }

    /// <summary>Whether the server was to have statements of ours in parsed form.</summary>
    public bool Prepared { get; init; }

    /// <summary>Who was seen in the way, as far as the role may see.</summary>
    public IReadOnlyList<Blocker> Blockers { get; init; } = [];

    /// <summary>The SQLSTATE; null when it was not the server that said what went wrong.</summary>
    public string? SqlState => Cause is MuedException error ? error.SqlState : (Cause as PostgresException)?.SqlState;

    /// <summary>What went wrong, in the words of whoever said it.</summary>
    public string Message => ConnectionFailure.ReasonOf(Cause);

    /// <summary>Which migration it stopped, and where.</summary>
    public (string Migration, BatchStage Stage) Place => (Item.File.Name, Stage);
}
