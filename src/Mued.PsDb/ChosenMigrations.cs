namespace Mued.PsDb.Commands;

/// <summary>The migrations that records of the pipeline have named, by database, folder and history: each of these is one run.</summary>
internal sealed class ChosenMigrations
{
    private readonly List<(
        ConnectionSettings Settings,
        (string? Path, MigrationLayout? Layout, string? HistoryTable) From,
        List<string> Names
    )> runs = [];

    /// <summary>The runs, in the order in which they were named first.</summary>
    public IReadOnlyList<(
        ConnectionSettings Settings,
        (string? Path, MigrationLayout? Layout, string? HistoryTable) From,
        List<string> Names
    )> Runs => runs;

    /// <summary>Notes a migration.</summary>
    /// <param name="settings">Its database.</param>
    /// <param name="from">Its folder, the convention of that, and its history.</param>
    /// <param name="migration">Its name.</param>
    public void Add(ConnectionSettings settings, (string? Path, MigrationLayout? Layout, string? HistoryTable) from, string migration)
    {
        var run = runs.Find(run => run.Settings.Target == settings.Target && run.From == from);
        if (run.Names is null)
            runs.Add((settings, from, [migration]));
        else
            run.Names.Add(migration);
    }
}
