using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>The owners of objects.</summary>
internal sealed class OwnerComparison : ObjectComparison<OwnerSnapshot>
{
    public override string KindOf(OwnerSnapshot item) => item.Kind + " owner";

    public override string KeyOf(OwnerSnapshot item) => $"{item.Kind} {item.Name}";

    public override string NameOf(OwnerSnapshot item) => item.Name;

    public override string SubjectOf(OwnerSnapshot item) => item.Name;

    public override ObjectFacts FactsOf(OwnerSnapshot item) => new(("owner", ObjectName.Quote(item.Role)));

    /// <summary>An object that is made belongs to who made it.</summary>
    public override string? Make(OwnerSnapshot item) => Alter(item, item);

    /// <summary>Null for the database, whose name a snapshot does not hold.</summary>
    public override string? Alter(OwnerSnapshot expected, OwnerSnapshot actual) =>
        expected.Name.Length == 0 ? null : $"ALTER {Keyword(expected.Kind)} {expected.Name} OWNER TO {ObjectName.Quote(expected.Role)}";

    private static string Keyword(string kind) =>
        kind switch
        {
            "statistics object" => "STATISTICS",
            "foreign-data wrapper" => "FOREIGN DATA WRAPPER",
            _ => kind.ToUpperInvariant(),
        };
}
