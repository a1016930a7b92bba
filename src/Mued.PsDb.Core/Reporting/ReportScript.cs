namespace Mued.PsDb;

/// <summary>The text of a script in a report, for whoever is to read it before it runs.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Text">The whole text.</param>
public sealed record ReportScript(string Name, string Text);
