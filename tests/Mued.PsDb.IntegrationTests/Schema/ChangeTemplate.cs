namespace Mued.PsDb.Tests;

/// <summary>A change of a database, and the check that must tell of it.</summary>
/// <param name="Sql">What is done.</param>
/// <param name="Kind">The kind of the check.</param>
/// <param name="Name">The name of the check.</param>
internal sealed record ChangeTemplate(string Sql, string Kind, string Name)
{
    /// <summary>The first major version that can do it.</summary>
    public int Since { get; init; } = 14;

    /// <summary>The kinds of checks that rightly tell of it as well.</summary>
    public string Also { get; init; } = "";
}
