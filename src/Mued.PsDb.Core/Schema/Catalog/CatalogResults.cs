using System.Globalization;
using System.Text.Json;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Schema;

/// <summary>
/// Turns the results of <see cref="CatalogSql"/>, in the order of the batch, into records. Rows stream by; what they belong to is
/// found by oid, and rows of relations that are not in the snapshot are passed over.
/// </summary>
internal sealed class CatalogResults(NpgsqlDataReader reader, CancellationToken cancellationToken)
{
    private readonly Dictionary<uint, RelationParts> relations = [];
    private string user = "";

    /// <summary>Reads everything up to the seed rows.</summary>
    public async Task<SchemaSnapshot> ReadAsync(SchemaScope scope)
    {
        var version = "";
        await foreach (var row in RowsAsync().ConfigureAwait(false))
        {
            version = ServerVersionOf(row.GetString(0));
            user = row.GetString(1);
        }

        await ForEachAsync(_ => { }).ConfigureAwait(false);

        await ForEachAsync(AddRelation).ConfigureAwait(false);
        await ForEachAsync(AddColumn).ConfigureAwait(false);
        await ForEachAsync(AddConstraint).ConfigureAwait(false);
        await ForEachAsync(AddIndex).ConfigureAwait(false);
        await ForEachAsync(row =>
                Parts(row)
                    ?.Triggers.Add(
                        new()
                        {
                            Name = row.GetString(1),
                            Definition = row.GetString(2),
                            State = State(row.GetString(3)),
                            Comment = Text(row, 4),
                        }
                    )
            )
            .ConfigureAwait(false);
        await ForEachAsync(row =>
                Parts(row)
                    ?.Rules.Add(
                        new()
                        {
                            Name = row.GetString(1),
                            Definition = CatalogText.Lines(row.GetString(2)),
                            State = State(row.GetString(3)),
                            Comment = Text(row, 4),
                        }
                    )
            )
            .ConfigureAwait(false);
        await ForEachAsync(AddPolicy).ConfigureAwait(false);

        var enums = new List<EnumSnapshot>();
        await ForEachAsync(row =>
                enums.Add(
                    new()
                    {
                        Schema = row.GetString(0),
                        Name = row.GetString(1),
                        Labels = JsonText.Texts(Text(row, 2)),
                        Comment = Text(row, 3),
                    }
                )
            )
            .ConfigureAwait(false);
        var domains = new List<DomainSnapshot>();
        await ForEachAsync(row => AddDomain(domains, row)).ConfigureAwait(false);
        var sequences = new List<SequenceSnapshot>();
        await ForEachAsync(row => sequences.Add(Sequence(row))).ConfigureAwait(false);
        var functions = new List<FunctionSnapshot>();
        await ForEachAsync(row =>
                functions.Add(
                    new()
                    {
                        Schema = row.GetString(0),
                        Name = row.GetString(1),
                        Arguments = row.GetString(2),
                        Definition = CatalogText.Lines(row.GetString(3)),
                        Comment = Text(row, 4),
                    }
                )
            )
            .ConfigureAwait(false);

        return new SchemaSnapshot
        {
            FormatVersion = SchemaSnapshot.CurrentFormatVersion,
            Scope = scope,
            ServerVersion = version,
            // Sorted here: the order of a server's collation differs from server to server.
            Relations = [.. relations.Values.Select(parts => parts.Complete()).OrderBy(r => new ObjectName(r.Schema, r.Name))],
            Enums = [.. enums.OrderBy(e => new ObjectName(e.Schema, e.Name))],
            Domains = [.. domains.OrderBy(d => new ObjectName(d.Schema, d.Name))],
            Sequences = [.. sequences.OrderBy(s => new ObjectName(s.Schema, s.Name))],
            Functions = [.. functions.OrderBy(f => new ObjectName(f.Schema, f.Name)).ThenBy(f => f.Arguments, StringComparer.Ordinal)],
        };
    }

    /// <summary>Reads the rows of the next seed table.</summary>
    public async Task<SeedTable> ReadSeedAsync(SeedTable seed)
    {
        var result = await GuardedQuery.ReadAsync(reader, user, cancellationToken).ConfigureAwait(false);
        if (result.Value is not { } value)
            return seed with { Rows = [], Obstacle = result.Obstacle };
        var rows = value
            .EnumerateArray()
            .Select(item =>
                (IReadOnlyDictionary<string, JsonElement>)
                    seed.Columns.ToDictionary(column => column, item.GetProperty, StringComparer.Ordinal)
            )
            .OrderBy(item => SeedRows.Canonical(item, seed.Key), StringComparer.Ordinal);
        return seed with { Rows = [.. rows], Obstacle = null };
    }

    private void AddRelation(NpgsqlDataReader row)
    {
        var options = JsonText.Texts(Text(row, 9));
        string? server = null;
        if (Text(row, 8) is { } foreign)
        {
            using var document = JsonDocument.Parse(foreign);
            server = document.RootElement[0].GetString();
            if (document.RootElement[1].ValueKind == JsonValueKind.Array)
            {
                options = [.. document.RootElement[1].EnumerateArray().Select(item => item.GetString()!)];
            }
        }

        var name = new ObjectName(row.GetString(1), row.GetString(2));
        var unreadable = Text(row, 14);
        relations.Add(
            row.GetFieldValue<uint>(0),
            new(
                new()
                {
                    Schema = name.Schema,
                    Name = name.Name,
                    Kind = row.GetString(3) switch
                    {
                        "p" => RelationKind.PartitionedTable,
                        "f" => RelationKind.ForeignTable,
                        "v" => RelationKind.View,
                        "m" => RelationKind.MaterializedView,
                        "c" => RelationKind.CompositeType,
                        _ => RelationKind.Table,
                    },
                    Persistence = row.GetString(4) switch
                    {
                        "u" => RelationPersistence.Unlogged,
                        "t" => RelationPersistence.Temporary,
                        _ => RelationPersistence.Permanent,
                    },
                    PartitionKey = Text(row, 5),
                    PartitionBound = Text(row, 6),
                    Parents = [.. JsonText.Names(Text(row, 7)).Select(parent => parent.ToString())],
                    Server = server,
                    Options = [.. options.Order(StringComparer.Ordinal)],
                    RowSecurity = row.GetBoolean(10),
                    ForceRowSecurity = row.GetBoolean(11),
                    Comment = Text(row, 12),
                    Definition = Text(row, 13) is { } query ? CatalogText.Query(query) : null,
                    Unreadable = unreadable is null ? null : GuardedQuery.PrivilegeText(unreadable, name, user),
                }
            )
        );
    }

    private void AddColumn(NpgsqlDataReader row)
    {
        if (Parts(row) is not { } parts)
            return;
        var expression = Text(row, 5);
        var generated = row.GetString(7);
        parts.Columns.Add(
            row.GetInt16(1),
            new()
            {
                Name = row.GetString(2),
                Type = row.GetString(3),
                NotNull = row.GetBoolean(4),
                Default = generated.Length == 0 ? expression : null,
                Identity = row.GetString(6) switch
                {
                    "a" => IdentityKind.Always,
                    "d" => IdentityKind.ByDefault,
                    _ => IdentityKind.None,
                },
                GeneratedStored = generated == "s" ? expression : null,
                GeneratedVirtual = generated == "v" ? expression : null,
                Collation = CollationOf(row, 8),
                Comment = Text(row, 9),
            }
        );
    }

    private void AddConstraint(NpgsqlDataReader row)
    {
        if (Parts(row) is not { } parts)
            return;
        var numbers = ColumnNumbers(Text(row, 3));
        var kind = row.GetString(2);
        if (kind == "n")
        {
            foreach (var number in numbers)
                parts.Columns[number] = parts.Columns[number] with { NotNull = false };
            return;
        }

        var isForeignKey = kind == "f";
        parts.Constraints.Add(
            new()
            {
                Name = row.GetString(1),
                Kind = kind switch
                {
                    "p" => ConstraintKind.PrimaryKey,
                    "u" => ConstraintKind.Unique,
                    "f" => ConstraintKind.ForeignKey,
                    "x" => ConstraintKind.Exclusion,
                    _ => ConstraintKind.Check,
                },
                Columns = [.. numbers.Where(parts.Columns.ContainsKey).Select(number => parts.Columns[number].Name)],
                Definition = CatalogText.Constraint(row.GetString(4)),
                NotValid = !row.GetBoolean(5),
                References = !isForeignKey
                    ? null
                    : new()
                    {
                        Table = new ObjectName(row.GetString(8), row.GetString(9)).ToString(),
                        Columns = JsonText.Texts(Text(row, 10)),
                        OnDelete = Action(row.GetString(11)),
                        OnUpdate = Action(row.GetString(12)),
                        Deferrable = row.GetBoolean(6),
                        InitiallyDeferred = row.GetBoolean(7),
                    },
                BrokenIndex = !row.IsDBNull(13) && !row.GetBoolean(13),
                Comment = Text(row, 14),
            }
        );
    }

    private void AddIndex(NpgsqlDataReader row) =>
        Parts(row)
            ?.Indexes.Add(
                new()
                {
                    Name = row.GetString(1),
                    Definition = row.GetString(2),
                    Unique = row.GetBoolean(3),
                    Predicate = Text(row, 4),
                    Invalid = !row.GetBoolean(5),
                    NotReady = !row.GetBoolean(6),
                    Comment = Text(row, 7),
                }
            );

    private void AddPolicy(NpgsqlDataReader row) =>
        Parts(row)
            ?.Policies.Add(
                new()
                {
                    Name = row.GetString(1),
                    Command = row.GetString(2) switch
                    {
                        "r" => PolicyCommand.Select,
                        "a" => PolicyCommand.Insert,
                        "w" => PolicyCommand.Update,
                        "d" => PolicyCommand.Delete,
                        _ => PolicyCommand.All,
                    },
                    Restrictive = !row.GetBoolean(3),
                    Roles = [.. JsonText.Texts(Text(row, 4)).Order(StringComparer.Ordinal)],
                    Using = Text(row, 5),
                    WithCheck = Text(row, 6),
                    Comment = Text(row, 7),
                }
            );

    /// <summary>One row a check; the rows of one domain follow each other.</summary>
    private static void AddDomain(List<DomainSnapshot> domains, NpgsqlDataReader row)
    {
        var (schema, name) = (row.GetString(0), row.GetString(1));
        if (domains.Count == 0 || domains[^1].Schema != schema || domains[^1].Name != name)
        {
            domains.Add(
                new()
                {
                    Schema = schema,
                    Name = name,
                    Type = row.GetString(2),
                    NotNull = row.GetBoolean(3),
                    Default = Text(row, 4),
                    Collation = CollationOf(row, 5),
                    Comment = Text(row, 6),
                }
            );
        }

        if (row.IsDBNull(7))
            return;
        var check = new ConstraintSnapshot
        {
            Name = row.GetString(7),
            Kind = ConstraintKind.Check,
            Definition = CatalogText.Constraint(row.GetString(8)),
            NotValid = !row.GetBoolean(9),
            Comment = Text(row, 10),
        };
        domains[^1] = domains[^1] with
        {
            Constraints = [.. domains[^1].Constraints.Append(check).OrderBy(c => c.Name, StringComparer.Ordinal)],
        };
    }

    private static SequenceSnapshot Sequence(NpgsqlDataReader row) =>
        new()
        {
            Schema = row.GetString(0),
            Name = row.GetString(1),
            Type = row.GetString(2),
            Start = row.GetInt64(3),
            Increment = row.GetInt64(4),
            Minimum = row.GetInt64(5),
            Maximum = row.GetInt64(6),
            Cache = row.GetInt64(7),
            Cycle = row.GetBoolean(8),
            OwnedBy = row.IsDBNull(11)
                ? null
                : new ObjectName(row.GetString(9), row.GetString(10)) + "." + ObjectName.Quote(row.GetString(11)),
            Identity = !row.IsDBNull(12) && row.GetBoolean(12),
            Comment = Text(row, 13),
        };

    private RelationParts? Parts(NpgsqlDataReader row) => relations.GetValueOrDefault(row.GetFieldValue<uint>(0));

    private static string? Text(NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);

    private static string? CollationOf(NpgsqlDataReader row, int ordinal) =>
        Text(row, ordinal) is { } json && JsonText.Texts(json) is [var schema, var name] ? new ObjectName(schema, name).ToString() : null;

    private static TriggerState State(string letter) =>
        letter switch
        {
            "D" => TriggerState.Disabled,
            "R" => TriggerState.Replica,
            "A" => TriggerState.Always,
            _ => TriggerState.Enabled,
        };

    private static string? Action(string letter) =>
        letter switch
        {
            "c" => "CASCADE",
            "n" => "SET NULL",
            "d" => "SET DEFAULT",
            "r" => "RESTRICT",
            _ => null,
        };

    /// <summary>int2[] prints as {1,2}.</summary>
    private static IReadOnlyList<short> ColumnNumbers(string? array) =>
        array is null or "{}"
            ? []
            : [.. array.Trim('{', '}').Split(',').Select(number => short.Parse(number, CultureInfo.InvariantCulture))];

    /// <summary>Distributions append their own words: "15.18 (Debian 15.18-0+deb12u1)".</summary>
    private static string ServerVersionOf(string setting) =>
        setting.IndexOf(' ', StringComparison.Ordinal) is var space and > 0 ? setting[..space] : setting;

    private async Task ForEachAsync(Action<NpgsqlDataReader> use)
    {
        await foreach (var row in RowsAsync().ConfigureAwait(false))
            use(row);
    }

    private async IAsyncEnumerable<NpgsqlDataReader> RowsAsync()
    {
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            yield return reader;
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A relation while its parts arrive.</summary>
    private sealed class RelationParts(RelationSnapshot relation)
    {
        public SortedList<short, ColumnSnapshot> Columns { get; } = [];

        public List<ConstraintSnapshot> Constraints { get; } = [];

        public List<IndexSnapshot> Indexes { get; } = [];

        public List<TriggerSnapshot> Triggers { get; } = [];

        public List<RuleSnapshot> Rules { get; } = [];

        public List<PolicySnapshot> Policies { get; } = [];

        public RelationSnapshot Complete() =>
            relation with
            {
                Columns = [.. Columns.Values],
                Constraints = Sorted(Constraints, c => c.Name),
                Indexes = Sorted(Indexes, i => i.Name),
                Triggers = Sorted(Triggers, t => t.Name),
                Rules = Sorted(Rules, r => r.Name),
                Policies = Sorted(Policies, p => p.Name),
            };

        private static List<T> Sorted<T>(List<T> items, Func<T, string> name)
        {
            if (items.Count == 0)
                return [];
            items.Sort((a, b) => string.CompareOrdinal(name(a), name(b)));
            return items;
        }
    }
}
