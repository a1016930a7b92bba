namespace Mued.PsDb.Tests;

/// <summary>One change of a database, and the findings that it must cause.</summary>
/// <param name="Name">What is done.</param>
/// <param name="Sql">Statements that do it, in the transaction that is rolled back.</param>
/// <param name="Required">Every one of these must be found.</param>
internal sealed record Mutation(string Name, string Sql, IReadOnlyCollection<Finding> Required)
{
    /// <summary>Objects whose printed definition may change with it: found or not, both are right.</summary>
    public IReadOnlyCollection<(string Kind, string Name)> Allowed { get; init; } = [];
}
