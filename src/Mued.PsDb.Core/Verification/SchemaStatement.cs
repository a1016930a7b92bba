namespace Mued.PsDb;

/// <summary>A statement on the way from one schema to another.</summary>
/// <param name="Sql">The statement, without a semicolon at its end.</param>
/// <param name="Risk">What it may do to rows.</param>
public sealed record SchemaStatement(string Sql, StatementRisk Risk)
{
    /// <summary>Whether it ran, after those before it, on an empty copy of the target.</summary>
    public bool Proven { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Sql;
}
