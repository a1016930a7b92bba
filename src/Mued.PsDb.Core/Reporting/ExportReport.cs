namespace Mued.PsDb;

/// <summary>The outcome of <c>mued-psdb export-schema --schema FILE</c>.</summary>
/// <param name="Target">The database as user@host:port/database, without secrets.</param>
/// <param name="Source">Where the connection came from.</param>
/// <param name="File">The snapshot file that was written.</param>
/// <param name="Relations">How many tables and views it holds.</param>
public sealed record ExportReport(string Target, string Source, string File, int Relations)
{
    /// <summary>Always true: what goes wrong is an error.</summary>
    public bool Success => true;

    /// <summary>Always <see cref="RunStatus.Succeeded"/>.</summary>
    public RunStatus Status => RunStatus.Succeeded;
}
