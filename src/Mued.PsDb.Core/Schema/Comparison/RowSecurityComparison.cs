namespace Mued.PsDb.Schema;

/// <summary>Whether row-level security is on for a table.</summary>
internal sealed class RowSecurityComparison(RelationSnapshot expectation) : ObjectComparison<RelationSnapshot>
{
    public override string Table => NameOf(expectation);

    public override bool CanCreate => false;

    public override string KindOf(RelationSnapshot item) => "row security";

    public override string NameOf(RelationSnapshot item) => item.QualifiedName.ToString();

    public override ObjectFacts FactsOf(RelationSnapshot item) =>
        new(("row security", item.RowSecurity ? "enabled" : "disabled"), ("force", item.ForceRowSecurity ? "forced" : null));

    public override string? Alter(RelationSnapshot expected, RelationSnapshot actual) => Set(expected);

    /// <summary>The statement that makes it as expected.</summary>
    public static string Set(RelationSnapshot item) =>
        $"ALTER TABLE {item.QualifiedName} {(item.RowSecurity ? "ENABLE" : "DISABLE")} ROW LEVEL SECURITY, "
        + $"{(item.ForceRowSecurity ? "FORCE" : "NO FORCE")} ROW LEVEL SECURITY";
}
