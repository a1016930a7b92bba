namespace Mued.PsDb.Tracing;

/// <summary>Statements of a migration that run in one transaction.</summary>
/// <param name="Script">The script.</param>
/// <param name="Name">The migration.</param>
/// <param name="First">The first of the statements, from 0.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct ScriptPart(SqlScript Script, string Name, int First, int Count)
{
    /// <summary>The whole script.</summary>
    public ScriptPart(SqlScript script, string name)
        : this(script, name, 0, script.Statements.Count) { }

    /// <summary>Whether the transaction was opened before, and holds what earlier statements have locked.</summary>
    public bool Continues { get; init; }
}
