using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>
/// What is compared about one object, aspect by aspect, in the words that the check shows: what a person reads is exactly what was
/// compared.
/// </summary>
/// <param name="Aspects">The aspects, each with its text; null where the object has nothing of it.</param>
internal readonly record struct ObjectFacts(params (string Aspect, string? Text)[] Aspects)
{
    public static ObjectFacts Of(RelationSnapshot relation) =>
        new(
            (
                "kind",
                (relation.Persistence == RelationPersistence.Permanent ? "" : relation.Persistence.ToString().ToLowerInvariant() + " ")
                    + Words(relation.Kind.ToString())
            ),
            ("partition key", relation.PartitionKey is { } key ? "PARTITION BY " + key : null),
            (
                "parents",
                relation.Parents.Count > 0
                    ? (relation.PartitionBound is null ? "INHERITS " : "PARTITION OF ") + string.Join(", ", relation.Parents)
                    : null
            ),
            ("partition bound", relation.PartitionBound),
            ("server", relation.Server is { } server ? "SERVER " + server : null),
            ("options", relation.Options.Count > 0 ? "WITH (" + string.Join(", ", relation.Options) + ")" : null),
            ("query", relation.Definition is { } query ? "AS " + query : null)
        );

    public static ObjectFacts RowSecurityOf(RelationSnapshot relation) =>
        new(("row security", relation.RowSecurity ? "enabled" : "disabled"), ("force", relation.ForceRowSecurity ? "forced" : null));

    public static ObjectFacts Of(ColumnSnapshot column) =>
        new(
            ("type", column.Type),
            ("collation", column.Collation is { } collation ? "COLLATE " + collation : null),
            ("default", column.Default is { } value ? "DEFAULT " + value : null),
            (
                "generated",
                column.GeneratedStored is { } stored ? $"GENERATED ALWAYS AS ({stored}) STORED"
                : column.GeneratedVirtual is { } computed ? $"GENERATED ALWAYS AS ({computed}) VIRTUAL"
                : null
            ),
            ("identity", column.Identity == IdentityKind.None ? null : $"GENERATED {SchemaSql.Identity(column.Identity)} AS IDENTITY"),
            ("nullability", column.NotNull ? "NOT NULL" : null)
        );

    public static ObjectFacts Of(ConstraintSnapshot constraint) =>
        new(
            ("kind", constraint.Kind == ConstraintKind.Exclusion ? "EXCLUDE constraint:" : null),
            ("definition", constraint.Definition),
            ("validation", constraint.NotValid ? "NOT VALID" : null),
            ("index", constraint.BrokenIndex ? "(its index is not valid)" : null)
        );

    public static ObjectFacts Of(IndexSnapshot index) =>
        new(
            ("definition", index.Definition),
            ("validity", index.Invalid ? "(not valid)" : null),
            ("readiness", index.NotReady ? "(not ready)" : null)
        );

    public static ObjectFacts Of(TriggerSnapshot trigger) => new(("definition", trigger.Definition), ("state", Words(trigger.State)));

    public static ObjectFacts Of(RuleSnapshot rule) => new(("definition", rule.Definition), ("state", Words(rule.State)));

    public static ObjectFacts Of(PolicySnapshot policy) =>
        new(
            ("kind", policy.Restrictive ? "RESTRICTIVE" : "PERMISSIVE"),
            ("command", "FOR " + policy.Command.ToString().ToUpperInvariant()),
            ("roles", "TO " + string.Join(", ", policy.Roles)),
            ("using", policy.Using is { } rows ? $"USING ({rows})" : null),
            ("check", policy.WithCheck is { } check ? $"WITH CHECK ({check})" : null)
        );

    public static ObjectFacts Of(EnumSnapshot type) => new(("labels", string.Join(", ", type.Labels.Select(SqlString.Literal))));

    public static ObjectFacts Of(DomainSnapshot domain) =>
        new(
            ("type", domain.Type),
            ("collation", domain.Collation is { } collation ? "COLLATE " + collation : null),
            ("default", domain.Default is { } value ? "DEFAULT " + value : null),
            ("nullability", domain.NotNull ? "NOT NULL" : null),
            (
                "checks",
                domain.Constraints.Count == 0
                    ? null
                    : string.Join(
                        ' ',
                        domain.Constraints.Select(check =>
                            $"CONSTRAINT {ObjectName.Quote(check.Name)} {check.Definition}{(check.NotValid ? " NOT VALID" : "")}"
                        )
                    )
            )
        );

    public static ObjectFacts Of(SequenceSnapshot sequence) =>
        new(
            ("type", sequence.Type),
            ("settings", SchemaSql.Settings(sequence)),
            ("owner", sequence.OwnedBy is { } column ? (sequence.Identity ? "IDENTITY OF " : "OWNED BY ") + column : null)
        );

    public static ObjectFacts Of(FunctionSnapshot function) => new(("definition", function.Definition));

    /// <summary>The aspects in which two objects differ.</summary>
    public IReadOnlyList<string> DifferencesFrom(ObjectFacts other)
    {
        List<string>? differences = null;
        for (var i = 0; i < Aspects.Length; i++)
        {
            if (Aspects[i].Text != other.Aspects[i].Text)
                (differences ??= []).Add(Aspects[i].Aspect);
        }

        return differences ?? (IReadOnlyList<string>)[];
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Aspects.Where(aspect => aspect.Text is not null).Select(aspect => aspect.Text));

    private static string? Words(TriggerState state) =>
        state switch
        {
            TriggerState.Enabled => null,
            TriggerState.Always => "(enabled always)",
            TriggerState.Replica => "(enabled in replication only)",
            _ => "(disabled)",
        };

    /// <summary>PartitionedTable -> partitioned table.</summary>
    private static string Words(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? " " : "") + char.ToLowerInvariant(c) : c.ToString()));
}
