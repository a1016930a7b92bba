using System.Text;
using System.Text.Json;
using Mued.PsDb.Tests.Reporting;

namespace Mued.PsDb.Tests.Schema;

public sealed class SnapshotFileTests
{
    [Fact]
    public void A_file_that_is_not_there_is_a_usage_error_with_its_path()
    {
        var error = Assert.Throws<MuedException>(() => SnapshotFile.Load("/no/such/phase2.json"));

        Assert.Equal(("SnapshotNotFound", ExitCode.Usage, "/no/such/phase2.json"), (error.ErrorId, error.ExitCode, error.File));
        Assert.Contains("/no/such/phase2.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("{\n  \"formatVersion\": 1,\n  oops\n}", 3, 3)]
    [InlineData("{ \"formatVersion\": 1, \"scope\": {} ", 1, 35)]
    [InlineData("# not JSON at all", 1, 1)]
    public void Text_that_is_not_JSON_is_told_with_line_and_column(string text, int line, int column)
    {
        var error = Refused(text);

        Assert.Equal(
            ("SnapshotNotJson", ExitCode.Usage, "x.json", line, column),
            (error.ErrorId, error.ExitCode, error.File, error.Line, error.Column)
        );
        Assert.Contains($"line {line}, column {column}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_format_is_told_by_its_version_whatever_else_the_file_holds()
    {
        var error = Refused("{\n  \"things\": [ { \"formatVersion\": 1 } ],\n  \"formatVersion\": 3\n}");

        Assert.Equal(("SnapshotFormatUnknown", ExitCode.Usage, 3, 20), (error.ErrorId, error.ExitCode, error.Line, error.Column));
        Assert.Contains("format version 3", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "\"relations\": [ { \"schema\": \"a\", \"name\": \"b\", \"kind\": \"tabel\" } ]",
        "$.relations[0].kind",
        "unknown kind 'tabel'; known are table, partitionedTable"
    )]
    [InlineData(
        "\"relations\": [ { \"schema\": \"a\", \"name\": \"b\", \"kind\": \"table\", \"constraints\": [ { \"name\": \"c\", \"kind\": 7, \"definition\": \"d\" } ] } ]",
        "$.relations[0].constraints[0].kind",
        "unknown kind 'Number'"
    )]
    [InlineData("\"relations\": [ { \"schema\": \"a\", \"name\": \"b\" } ]", "$.relations[0]", "kind")]
    [InlineData("\"functors\": []", "$", "functors")]
    [InlineData("\"enums\": [ { \"schema\": \"a\", \"name\": \"b\", \"labels\": \"x\" } ]", "$.enums[0].labels", "")]
    [InlineData(
        "\"functions\": [ { \"schema\": \"a\", \"name\": \"b\", \"definition\": [ \"x\", 1 ] } ]",
        "$.functions[0].definition",
        "lines"
    )]
    public void What_is_no_snapshot_is_told_with_its_path_and_position(string part, string path, string reason)
    {
        var error = Refused("{ \"formatVersion\": 1, \"scope\": {},\n" + part + " }");

        Assert.Equal(("SnapshotInvalid", ExitCode.Usage, 2), (error.ErrorId, error.ExitCode, error.Line));
        Assert.Contains($"at {path}", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Advice);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{ \"scope\": {} }")]
    [InlineData("{ \"formatVersion\": \"1\", \"scope\": {} }")]
    public void JSON_that_is_not_a_snapshot_is_refused(string text) => Assert.Equal("SnapshotInvalid", Refused(text).ErrorId);

    [Fact]
    public void A_byte_order_mark_is_passed_over() =>
        Assert.Equal(1, SnapshotFile.Parse([0xEF, 0xBB, 0xBF, .. "{ \"formatVersion\": 1, \"scope\": {} }"u8], "x.json").FormatVersion);

    [Fact]
    public void A_list_that_the_file_leaves_out_is_empty()
    {
        var snapshot = SnapshotFile.Parse(
            """{ "formatVersion": 1, "scope": {}, "relations": [ { "schema": "a", "name": "b", "kind": "view" } ] }"""u8,
            "x.json"
        );

        Assert.Empty(snapshot.Relations[0].Columns);
        Assert.Empty(snapshot.Functions);
        Assert.Equal([MigrationOptions.DefaultHistoryTable, MigrationOptions.DefaultHistoryTable + "_undone"], snapshot.Scope.Exclude);
    }

    [Fact]
    public void A_snapshot_written_and_read_is_the_same_text()
    {
        var text = Phase2File.Text;

        Assert.Equal(text, SnapshotFile.Parse(Encoding.UTF8.GetBytes(text), "phase2.json").ToJson());
        Assert.DoesNotContain('\r', text);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_property_survives_a_file()
    {
        var snapshot = Everything();

        var again = SnapshotFile.Parse(Encoding.UTF8.GetBytes(snapshot.ToJson()), "x.json");

        Assert.Equal(snapshot.ToJson(), again.ToJson());
        Assert.Equal(snapshot.Relations[0].Definition, again.Relations[0].Definition);
        Assert.Equal(snapshot.Sequences[0], again.Sequences[0]);
        Assert.Equal(snapshot.Relations[0].Columns[0], again.Relations[0].Columns[0]);
    }

    [Fact]
    public void Files_hold_to_the_published_JSON_Schema()
    {
        var schema = PublishedSchema.Load("snapshot.schema.json");

        Assert.Empty(schema.Validate(JsonDocument.Parse(Phase2File.Text).RootElement, "snapshot"));
        Assert.Empty(schema.Validate(JsonDocument.Parse(Everything().ToJson()).RootElement, "snapshot"));
    }

    [Theory]
    [InlineData("relation", typeof(RelationSnapshot))]
    [InlineData("column", typeof(ColumnSnapshot))]
    [InlineData("constraint", typeof(ConstraintSnapshot))]
    [InlineData("index", typeof(IndexSnapshot))]
    [InlineData("trigger", typeof(TriggerSnapshot))]
    [InlineData("trigger", typeof(RuleSnapshot))]
    [InlineData("policy", typeof(PolicySnapshot))]
    [InlineData("enum", typeof(EnumSnapshot))]
    [InlineData("domain", typeof(DomainSnapshot))]
    [InlineData("sequence", typeof(SequenceSnapshot))]
    [InlineData("function", typeof(FunctionSnapshot))]
    [InlineData("object", typeof(ObjectSnapshot))]
    [InlineData("owner", typeof(OwnerSnapshot))]
    [InlineData("privilege", typeof(PrivilegeSnapshot))]
    [InlineData("seed", typeof(SeedTable))]
    [InlineData("forbidden", typeof(ForbiddenConstraint))]
    [InlineData("integrity", typeof(IntegrityRules))]
    [InlineData("polymorphic", typeof(PolymorphicRule))]
    [InlineData("duplicates", typeof(DuplicateRule))]
    [InlineData("range", typeof(RangeRule))]
    public void The_published_JSON_Schema_names_every_property(string definition, Type record)
    {
        var properties = record.GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order();

        Assert.Equal(properties, PublishedSchema.Load("snapshot.schema.json").PropertiesOf(definition).Order());
    }

    private static MuedException Refused(string text) =>
        Assert.Throws<MuedException>(() => SnapshotFile.Parse(Encoding.UTF8.GetBytes(text), "x.json"));

    private static SchemaSnapshot Everything() =>
        new()
        {
            JsonSchema = "./snapshot.schema.json",
            FormatVersion = 2,
            Scope = new()
            {
                Schemas = ["a"],
                Tables = ["b.c"],
                Database = true,
                Owners = true,
                Privileges = true,
            },
            Objects =
            [
                new()
                {
                    Kind = ObjectKind.TextSearchConfiguration,
                    Name = "a.c",
                    Definition = "CREATE\nTEXT",
                    Comment = "c",
                },
            ],
            Owners =
            [
                new()
                {
                    Kind = "table",
                    Name = "a.t",
                    Role = "r",
                },
            ],
            Privileges =
            [
                new()
                {
                    Kind = "table",
                    Name = "a.t",
                    Role = "r",
                    Privileges = ["SELECT"],
                },
            ],
            Relations =
            [
                new()
                {
                    Schema = "a",
                    Name = "Order \"Lines\"",
                    Kind = RelationKind.MaterializedView,
                    Persistence = RelationPersistence.Unlogged,
                    PartitionKey = "LIST (x)",
                    PartitionBound = "DEFAULT",
                    Parents = ["a.p"],
                    Server = "s",
                    Options = ["fillfactor=70"],
                    RowSecurity = true,
                    ForceRowSecurity = true,
                    Comment = "it's <b>&",
                    Definition = "SELECT 1\nFROM x;",
                    Columns =
                    [
                        new()
                        {
                            Name = "ü",
                            Type = "text",
                            NotNull = true,
                            Default = "'x'",
                            Identity = IdentityKind.ByDefault,
                            GeneratedStored = "1",
                            GeneratedVirtual = "2",
                            Collation = "pg_catalog.\"C\"",
                            Settings = "STORAGE MAIN",
                            Comment = "c",
                        },
                    ],
                    Constraints =
                    [
                        new()
                        {
                            Name = "f",
                            Kind = ConstraintKind.ForeignKey,
                            Columns = ["x"],
                            Definition = "FOREIGN KEY",
                            NotValid = true,
                            BrokenIndex = true,
                            Comment = "c",
                            References = new()
                            {
                                Table = "a.b",
                                Columns = ["y"],
                                OnDelete = "SET NULL",
                                OnUpdate = "CASCADE",
                                Deferrable = true,
                                InitiallyDeferred = true,
                            },
                        },
                    ],
                    Indexes =
                    [
                        new()
                        {
                            Name = "i",
                            Definition = "CREATE",
                            Unique = true,
                            Predicate = "x",
                            Invalid = true,
                            NotReady = true,
                            Comment = "c",
                        },
                    ],
                    Triggers =
                    [
                        new()
                        {
                            Name = "t",
                            Definition = "CREATE",
                            State = TriggerState.Always,
                            Comment = "c",
                        },
                    ],
                    Rules =
                    [
                        new()
                        {
                            Name = "r",
                            Definition = "CREATE",
                            State = TriggerState.Replica,
                            Comment = "c",
                        },
                    ],
                    Policies =
                    [
                        new()
                        {
                            Name = "p",
                            Command = PolicyCommand.Update,
                            Restrictive = true,
                            Roles = ["public"],
                            Using = "u",
                            WithCheck = "w",
                            Comment = "c",
                        },
                    ],
                },
            ],
            Enums =
            [
                new()
                {
                    Schema = "a",
                    Name = "e",
                    Labels = ["x", "y"],
                    Comment = "c",
                },
            ],
            Domains =
            [
                new()
                {
                    Schema = "a",
                    Name = "d",
                    Type = "text",
                    NotNull = true,
                    Default = "1",
                    Collation = "c",
                    Constraints =
                    [
                        new()
                        {
                            Name = "k",
                            Kind = ConstraintKind.Check,
                            Definition = "CHECK",
                        },
                    ],
                    Comment = "c",
                },
            ],
            Sequences =
            [
                new()
                {
                    Schema = "a",
                    Name = "s",
                    Type = "bigint",
                    Start = 1,
                    Increment = -1,
                    Minimum = long.MinValue,
                    Maximum = -1,
                    Cache = 5,
                    Cycle = true,
                    OwnedBy = "a.b.c",
                    Identity = true,
                    Comment = "c",
                },
            ],
            Functions =
            [
                new()
                {
                    Schema = "a",
                    Name = "f",
                    Arguments = "integer",
                    Definition = "one line",
                    Comment = "c",
                },
            ],
            Seeds =
            [
                new()
                {
                    Table = "a.b",
                    Key = ["k"],
                    Columns = ["k"],
                    Rows = [new Dictionary<string, JsonElement> { ["k"] = JsonDocument.Parse("{\"x\":[1.50,null,\"é\"]}").RootElement }],
                },
            ],
            Forbidden =
            [
                new()
                {
                    Kind = ConstraintKind.Exclusion,
                    Table = "a.b",
                    Columns = ["c"],
                    Reason = "r",
                },
            ],
            Integrity = new()
            {
                Polymorphic =
                [
                    new()
                    {
                        Table = "a.b",
                        Column = "c",
                        KindColumn = "k",
                        Targets =
                        [
                            new()
                            {
                                Kind = "x",
                                Table = "a.c",
                                Column = "id",
                            },
                        ],
                        Unchecked = ["y"],
                    },
                ],
                Duplicates =
                [
                    new()
                    {
                        Table = "a.b",
                        Column = "c",
                        Unit = DuplicateUnit.Day,
                    },
                ],
                Ranges =
                [
                    new()
                    {
                        Table = "a.b",
                        Column = "c",
                        Minimum = -1.5m,
                        Maximum = 2m,
                    },
                ],
            },
        };
}
