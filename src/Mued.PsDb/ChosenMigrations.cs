namespace Mued.PsDb.Commands;

/// <summary>The migrations that records of the pipeline have named, by database, folder and history: each of these is one run.</summary>
internal sealed class ChosenMigrations
{
    private readonly List<(ConnectionSettings Settings, string? Path, string? HistoryTable, List<string> Names)> runs = [];

    /// <summary>The runs, in the order in which they were named first.</summary>
    public IReadOnlyList<(ConnectionSettings Settings, string? Path, string? HistoryTable, List<string> Names)> Runs => runs;

    /// <summary>Notes a migration.</summary>
    /// <param name="settings">Its database.</param>
    /// <param name="path">Its folder.</param>
    /// <param name="historyTable">Its history.</param>
    /// <param name="migration">Its name.</param>
    public void Add(ConnectionSettings settings, string? path, string? historyTable, string migration)
    {
        var run = runs.Find(run => (run.Settings.Target, run.Path, run.HistoryTable) == (settings.Target, path, historyTable));
        if (run.Names is null)
            runs.Add((settings, path, historyTable, [migration]));
        else
            run.Names.Add(migration);
    }
}
