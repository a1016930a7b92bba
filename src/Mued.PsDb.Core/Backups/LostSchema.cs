using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Backups;

/// <summary>What vanishes from a schema, and how it was.</summary>
/// <param name="Snapshot">All of it, in the server's own words; a table that stays is in it for the parts that go.</param>
/// <param name="Objects">All of it by name.</param>
internal sealed record LostSchema(SchemaSnapshot Snapshot, IReadOnlyList<LostObject> Objects)
{
    /// <summary>The kind of what is said of an index that goes by a table that stays: replica identity, cluster mark.</summary>
    public const string TableSetting = "table setting";

    /// <summary>The kind of what a column that stays loses with its type: storage, compression.</summary>
    public const string ColumnSetting = "column setting";

    /// <summary>Nothing.</summary>
    public static LostSchema None { get; } = new(new() { FormatVersion = SchemaSnapshot.CurrentFormatVersion, Scope = new() }, []);

    /// <summary>What a restore makes again otherwise than it was, in a sentence each.</summary>
    public IReadOnlyList<string> Remarks =>
        [
            .. Remark("GrantedByOthers", Snapshot.Privileges.Where(item => item.ByOthers).Select(item => $"{item.Kind} {item.Name}")),
            .. Remark(
                "UserMappingOptions",
                Objects.Where(item => item is { Kind: "user mapping", OfMigrations: false }).Select(item => item.Name)
            ),
        ];

    /// <summary>Names everything in a snapshot.</summary>
    /// <param name="snapshot">What vanishes.</param>
    /// <param name="partly">The tables that are in it only for their parts.</param>
    /// <param name="own">What of it the rollback scripts drop themselves.</param>
    /// <param name="ownPartly">The tables that are in that only for their parts.</param>
    /// <param name="altered">Tables that stay, with the columns that get another type, storage or compression.</param>
    public static LostSchema Of(
        SchemaSnapshot snapshot,
        IReadOnlySet<string> partly,
        SchemaSnapshot own,
        IReadOnlySet<string> ownPartly,
        IReadOnlyList<RelationSnapshot> altered
    )
    {
        var dropped = Missing(own, Nothing(own))
            .Where(check => IsObject(check.Kind) && !ownPartly.Contains(check.Name))
            .Select(check => (check.Kind, check.Name))
            .ToHashSet();
        var statements = Missing(snapshot, WithoutParts(snapshot))
            .Concat(Missing(snapshot, Nothing(snapshot)))
            .Where(check => check.Ways.Count > 0)
            .DistinctBy(check => (check.Kind, check.Name))
            .ToDictionary(check => (check.Kind, check.Name), check => check.Ways[0]);
        return new(
            snapshot,
            [
                .. Missing(snapshot, Nothing(snapshot))
                    .Where(check => !partly.Contains(check.Name) && !IsOwner(check.Kind))
                    .Select(check => new LostObject(check.Kind, check.Name)
                    {
                        Table = check.Table == check.Name ? null : check.Table,
                        Statement = statements.GetValueOrDefault((check.Kind, check.Name)),
                        OfMigrations = dropped.Contains((check.Kind, check.Name)),
                    }),
                .. snapshot.Relations.Where(relation => partly.Contains(relation.QualifiedName.ToString())).SelectMany(Settings),
                .. altered.SelectMany(ColumnSettings),
            ]
        );
    }

    private static IEnumerable<LostObject> Settings(RelationSnapshot relation)
    {
        var (table, keyword) = (relation.QualifiedName.ToString(), RelationComparison.Keyword(relation));
        var indexes = relation.Indexes.Select(index => index.Name).Concat(relation.Constraints.Select(constraint => constraint.Name));
        return SettingList
            .OfIndexes(relation.Settings)
            .Where(item => indexes.Any(name => ObjectName.Quote(name) == item.Index))
            .Select(item => new LostObject(TableSetting, $"{table} {item.Setting}")
            {
                Table = table,
                Statement = $"ALTER {keyword} {table} {item.Setting}",
            });
    }

    private static IEnumerable<LostObject> ColumnSettings(RelationSnapshot relation)
    {
        var (table, keyword) = (relation.QualifiedName.ToString(), RelationComparison.Keyword(relation));
        return from column in relation.Columns
            from setting in SettingList.OfType(column.Settings)
            let change = ColumnComparison.Setter(column.Name) + setting
            select new LostObject(ColumnSetting, $"{table} {change}")
            {
                Table = table,
                Statement = $"ALTER {keyword} ONLY {table} {change}",
            };
    }

    /// <summary>Whether a check is of a thing that is made by itself, and not of what is said of one.</summary>
    public static bool IsObject(string kind) =>
        kind is not ("column" or "privileges" or "row security") && !kind.EndsWith(" comment", StringComparison.Ordinal) && !IsOwner(kind);

    /// <summary>Whether a check is of an owner: everything has one, and it goes without saying.</summary>
    public static bool IsOwner(string kind) => kind.EndsWith(" owner", StringComparison.Ordinal);

    private static IEnumerable<string> Remark(string text, IEnumerable<string> names) =>
        names.Distinct().ToList() is { Count: > 0 } some ? [Texts.Get(text, string.Join(", ", some))] : [];

    private static IEnumerable<SchemaCheck> Missing(SchemaSnapshot snapshot, SchemaSnapshot there) =>
        new SchemaComparison(snapshot, there, strict: false)
            .Run()
            .Checks.Where(check =>
                check.Status == CheckStatus.Missing
                && check is not ({ Kind: "expectation" or "column order" } or { Kind: "row security", Expected: "disabled" })
            );

    private static SchemaSnapshot Nothing(SchemaSnapshot snapshot) =>
        new() { FormatVersion = snapshot.FormatVersion, Scope = snapshot.Scope };

    private static SchemaSnapshot WithoutParts(SchemaSnapshot snapshot) =>
        Nothing(snapshot) with
        {
            Relations =
            [
                .. snapshot.Relations.Select(relation =>
                    relation with
                    {
                        Constraints = [],
                        Indexes = [],
                        Triggers = [],
                        Policies = [],
                        Rules = [],
                    }
                ),
            ],
        };
}
