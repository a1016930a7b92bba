using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>The row-level security policies of a table.</summary>
internal sealed class PolicyComparison(ObjectName table, bool there) : PartComparison<PolicySnapshot>(table, there)
{
    public override string KindOf(PolicySnapshot item) => "policy";

    public override string KeyOf(PolicySnapshot item) => item.Name;

    public override ObjectFacts FactsOf(PolicySnapshot item) =>
        new(
            ("kind", item.Restrictive ? "RESTRICTIVE" : "PERMISSIVE"),
            ("command", "FOR " + item.Command.ToString().ToUpperInvariant()),
            ("roles", "TO " + string.Join(", ", item.Roles)),
            ("using", item.Using is { } rows ? $"USING ({rows})" : null),
            ("check", item.WithCheck is { } check ? $"WITH CHECK ({check})" : null)
        );

    public override IReadOnlyList<string> Expressions => ["using", "check"];

    public override string? QueryOf(PolicySnapshot item) =>
        $"SELECT {item.Using ?? "NULL"} AS x, {item.WithCheck ?? "NULL"} AS y FROM ONLY {Owner}";

    public override string Create(PolicySnapshot item) =>
        $"CREATE POLICY {ObjectName.Quote(item.Name)} ON {Owner} AS {(item.Restrictive ? "RESTRICTIVE" : "PERMISSIVE")}"
        + $" FOR {item.Command.ToString().ToUpperInvariant()}"
        + $" TO {string.Join(", ", item.Roles.Select(role => role == "public" ? "PUBLIC" : ObjectName.Quote(role)))}"
        + (item.Using is null ? "" : $" USING ({item.Using})")
        + (item.WithCheck is null ? "" : $" WITH CHECK ({item.WithCheck})");

    public override string Alter(PolicySnapshot expected, PolicySnapshot actual) =>
        $"DROP POLICY {ObjectName.Quote(expected.Name)} ON {Owner}; {Create(expected)}";

    public override string Drop(PolicySnapshot item) => $"DROP POLICY {ObjectName.Quote(item.Name)} ON {Owner}";

    public override string? CommentOf(PolicySnapshot item) => item.Comment;

    public override string CommentTargetOf(PolicySnapshot item) => $"POLICY {ObjectName.Quote(item.Name)} ON {Owner}";
}
