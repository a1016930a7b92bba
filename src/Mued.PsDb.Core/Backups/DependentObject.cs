namespace Mued.PsDb;

/// <summary>An object outside of the migrations that CASCADE takes along.</summary>
/// <param name="Kind">What it is, as PostgreSQL names it: view, table constraint, trigger, function …</param>
/// <param name="Name">Its name, schema-qualified.</param>
/// <param name="DependsOn">What it depends on that vanishes.</param>
public sealed record DependentObject(string Kind, string Name, string DependsOn)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Name}";
}
