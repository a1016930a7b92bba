namespace Mued.PsDb;

/// <summary>A notice or warning that the server sent while a migration ran.</summary>
/// <param name="Severity">NOTICE, WARNING, INFO …, as the server names it (not localised).</param>
/// <param name="SqlState">The SQLSTATE.</param>
/// <param name="Message">The text; it comes from the database and is not to be trusted.</param>
public sealed record ServerNotice(string Severity, string SqlState, string Message)
{
    internal bool IsWarning => Severity == "WARNING";

    /// <summary>As it is told while the run goes on: whoever shows a warning says that it is one.</summary>
    internal string Told => IsWarning ? Message : ToString();

    /// <summary>The notice as one line.</summary>
    /// <returns>Severity and text.</returns>
    public override string ToString() => $"{Severity}: {Message}";
}
