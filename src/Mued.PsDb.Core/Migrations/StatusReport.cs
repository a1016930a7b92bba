namespace Mued.PsDb;

/// <summary>The outcome of <c>mued-psdb status</c>: the migrations of a folder and of the history of a database.</summary>
/// <param name="Target">The database as user@host:port/database, without secrets; null when none was asked.</param>
/// <param name="Source">Where the connection came from; null for none.</param>
/// <param name="Path">The folder of the migrations.</param>
/// <param name="Migrations">The migrations, in order.</param>
public sealed record StatusReport(string? Target, string? Source, string Path, IReadOnlyList<MigrationInfo> Migrations)
{
    /// <summary>Always true: what goes wrong is an error.</summary>
    public bool Success => true;

    /// <summary>Why it is that folder, for people; null when the caller did not say.</summary>
    public string? PathReason { get; init; }

    /// <summary>The convention that the folder was read by.</summary>
    public MigrationLayout? Layout { get; init; }

    /// <summary>Why it is that one; null for the bundled SQL.</summary>
    public string? LayoutReason { get; init; }

    /// <summary>Files of the folder that are no migrations and take none back: notes, subfolders.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>How many migrations are applied and unchanged.</summary>
    public int Applied => Count(MigrationState.Applied);

    /// <summary>How many migrations are to be applied.</summary>
    public int Pending => Count(MigrationState.Pending);

    /// <summary>How many migrations need a look: changed, missing or interrupted.</summary>
    public int Attention => Count(MigrationState.Changed) + Count(MigrationState.Missing) + Count(MigrationState.Interrupted);

    private int Count(MigrationState state) => Migrations.Count(migration => migration.State == state);
}
