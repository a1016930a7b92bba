using System.Globalization;
using System.Text;
using System.Text.Json;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>Prints the statements that make what a snapshot holds: the suggestions of the checks.</summary>
internal static class SchemaSql
{
    public static string Create(EnumSnapshot type) =>
        $"CREATE TYPE {new ObjectName(type.Schema, type.Name)} AS ENUM ({string.Join(", ", type.Labels.Select(SqlString.Literal))})";

    public static string Create(DomainSnapshot domain)
    {
        var sql = new StringBuilder(Invariant($"CREATE DOMAIN {new ObjectName(domain.Schema, domain.Name)} AS {domain.Type}"));
        if (domain.Collation is { } collation)
            sql.Append(" COLLATE ").Append(collation);
        if (domain.Default is { } value)
            sql.Append(" DEFAULT ").Append(value);
        if (domain.NotNull)
            sql.Append(" NOT NULL");
        foreach (var check in domain.Constraints)
            sql.Append(Invariant($" CONSTRAINT {ObjectName.Quote(check.Name)} {check.Definition}"));
        return sql.ToString();
    }

    public static string Create(SequenceSnapshot sequence) =>
        $"CREATE SEQUENCE {new ObjectName(sequence.Schema, sequence.Name)} AS {sequence.Type} {Settings(sequence)}";

    /// <summary>The settings of a sequence, as CREATE and ALTER SEQUENCE take them.</summary>
    public static string Settings(SequenceSnapshot sequence) =>
        Invariant($"START {sequence.Start} INCREMENT {sequence.Increment} ")
        + Invariant($"MINVALUE {sequence.Minimum} MAXVALUE {sequence.Maximum} CACHE {sequence.Cache} ")
        + (sequence.Cycle ? "CYCLE" : "NO CYCLE");

    /// <summary>
    /// The relation with its columns, without constraints, indexes and the like; null where it takes more than one statement.
    /// </summary>
    public static string? Create(RelationSnapshot relation)
    {
        var name = relation.QualifiedName;
        var columns = string.Join(", ", relation.Columns.Select(Definition));
        var options = relation.Options.Count == 0 ? "" : $" WITH ({string.Join(", ", relation.Options)})";
        return relation.Kind switch
        {
            RelationKind.View => $"CREATE VIEW {name}{options} AS {relation.Definition}",
            RelationKind.MaterializedView => $"CREATE MATERIALIZED VIEW {name}{options} AS {relation.Definition}",
            RelationKind.CompositeType => $"CREATE TYPE {name} AS ({columns})",
            RelationKind.ForeignTable => null,
            _ when relation.PartitionBound is { } bound =>
                $"CREATE TABLE {name} PARTITION OF {relation.Parents[0]} {bound}{Partitioned(relation)}{options}",
            _ => $"CREATE {(relation.Persistence == RelationPersistence.Unlogged ? "UNLOGGED " : "")}TABLE {name} ({columns})"
                + (relation.Parents.Count > 0 ? $" INHERITS ({string.Join(", ", relation.Parents)})" : "")
                + Partitioned(relation)
                + options,
        };
    }

    /// <summary>A column as CREATE TABLE and ADD COLUMN take it.</summary>
    public static string Definition(ColumnSnapshot column)
    {
        var sql = new StringBuilder(ObjectName.Quote(column.Name)).Append(' ').Append(column.Type);
        if (column.Collation is { } collation)
            sql.Append(" COLLATE ").Append(collation);
        if (column.Default is { } value)
            sql.Append(" DEFAULT ").Append(value);
        if (column.GeneratedStored is { } stored)
            sql.Append(Invariant($" GENERATED ALWAYS AS ({stored}) STORED"));
        if (column.GeneratedVirtual is { } computed)
            sql.Append(Invariant($" GENERATED ALWAYS AS ({computed}) VIRTUAL"));
        if (column.Identity != IdentityKind.None)
            sql.Append(" GENERATED ").Append(Identity(column.Identity)).Append(" AS IDENTITY");
        if (column.NotNull)
            sql.Append(" NOT NULL");
        return sql.ToString();
    }

    /// <summary>How an identity column is generated.</summary>
    public static string Identity(IdentityKind kind) => kind == IdentityKind.Always ? "ALWAYS" : "BY DEFAULT";

    /// <summary>Adds a column to a table that may hold rows; null when that needs a value nobody has said.</summary>
    public static string? AddColumn(ObjectName table, ColumnSnapshot column) =>
        column.NotNull && column is { Default: null, GeneratedStored: null, GeneratedVirtual: null, Identity: IdentityKind.None }
            ? null
            : $"ALTER TABLE {table} ADD COLUMN {Definition(column)}";

    /// <summary>Alters default and nullability; null when something else differs, which may need the data to be rewritten.</summary>
    public static string? AlterColumn(ObjectName table, ColumnSnapshot expected, ColumnSnapshot actual)
    {
        if (Definition(expected with { Default = null, NotNull = false }) != Definition(actual with { Default = null, NotNull = false }))
            return null;
        var name = ObjectName.Quote(expected.Name);
        var changes = new List<string>();
        if (expected.Default != actual.Default)
        {
            changes.Add($"ALTER COLUMN {name} " + (expected.Default is null ? "DROP DEFAULT" : "SET DEFAULT " + expected.Default));
        }

        if (expected.NotNull != actual.NotNull)
            changes.Add($"ALTER COLUMN {name} {(expected.NotNull ? "SET" : "DROP")} NOT NULL");
        return $"ALTER TABLE {table} {string.Join(", ", changes)}";
    }

    public static string AddConstraint(ObjectName table, ConstraintSnapshot constraint) =>
        $"ALTER TABLE {table} ADD CONSTRAINT {ObjectName.Quote(constraint.Name)} {constraint.Definition}{(constraint.NotValid ? " NOT VALID" : "")}";

    /// <summary>Mends a constraint; null for a primary key with other columns, which others may refer to.</summary>
    public static string? AlterConstraint(ObjectName table, ConstraintSnapshot expected, ConstraintSnapshot actual)
    {
        var name = ObjectName.Quote(expected.Name);
        if (expected.Kind == actual.Kind && expected.Definition == actual.Definition)
        {
            if (actual.BrokenIndex)
                return $"REINDEX INDEX CONCURRENTLY {new ObjectName(table.Schema, expected.Name)}";
            if (actual.NotValid)
                return $"ALTER TABLE {table} VALIDATE CONSTRAINT {name}";
        }

        return expected.Kind == ConstraintKind.PrimaryKey || actual.Kind == ConstraintKind.PrimaryKey
            ? null
            : $"ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} {expected.Definition}";
    }

    public static string DropConstraint(ObjectName table, string name) => $"ALTER TABLE {table} DROP CONSTRAINT {ObjectName.Quote(name)}";

    /// <summary>Rebuilds a broken index, or replaces one of another definition.</summary>
    public static string AlterIndex(string schema, IndexSnapshot expected, IndexSnapshot actual) =>
        expected.Definition == actual.Definition
            ? $"REINDEX INDEX CONCURRENTLY {new ObjectName(schema, expected.Name)}"
            : $"DROP INDEX {new ObjectName(schema, expected.Name)}; {expected.Definition}";

    public static string AlterTrigger(ObjectName table, TriggerSnapshot expected, TriggerSnapshot actual)
    {
        if (expected.Definition == actual.Definition)
            return State("TRIGGER", table, expected.Name, expected.State);
        const string create = "CREATE TRIGGER ";
        return expected.Definition.StartsWith(create, StringComparison.Ordinal)
            ? "CREATE OR REPLACE TRIGGER " + expected.Definition[create.Length..]
            : $"DROP TRIGGER {ObjectName.Quote(expected.Name)} ON {table}; {expected.Definition}";
    }

    public static string AlterRule(ObjectName table, RuleSnapshot expected, RuleSnapshot actual) =>
        expected.Definition == actual.Definition
            ? State("RULE", table, expected.Name, expected.State)
            : $"DROP RULE {ObjectName.Quote(expected.Name)} ON {table}; {expected.Definition.TrimEnd(';')}";

    public static string Create(ObjectName table, PolicySnapshot policy) =>
        $"CREATE POLICY {ObjectName.Quote(policy.Name)} ON {table} AS {(policy.Restrictive ? "RESTRICTIVE" : "PERMISSIVE")}"
        + $" FOR {policy.Command.ToString().ToUpperInvariant()}"
        + $" TO {string.Join(", ", policy.Roles.Select(role => role == "public" ? "PUBLIC" : ObjectName.Quote(role)))}"
        + (policy.Using is null ? "" : $" USING ({policy.Using})")
        + (policy.WithCheck is null ? "" : $" WITH CHECK ({policy.WithCheck})");

    public static string Replace(ObjectName table, PolicySnapshot policy) =>
        $"DROP POLICY {ObjectName.Quote(policy.Name)} ON {table}; {Create(table, policy)}";

    public static string RowSecurity(RelationSnapshot relation) =>
        $"ALTER TABLE {relation.QualifiedName} {(relation.RowSecurity ? "ENABLE" : "DISABLE")} ROW LEVEL SECURITY, "
        + $"{(relation.ForceRowSecurity ? "FORCE" : "NO FORCE")} ROW LEVEL SECURITY";

    /// <summary>Adds the labels that are missing; null when labels would have to move or go, which no statement can do.</summary>
    public static string? AddLabels(EnumSnapshot expected, EnumSnapshot actual)
    {
        var kept = expected.Labels.Where(actual.Labels.Contains);
        if (!kept.SequenceEqual(actual.Labels))
            return null;
        var name = new ObjectName(expected.Schema, expected.Name);
        var statements = new List<string>();
        for (var i = 0; i < expected.Labels.Count; i++)
        {
            if (actual.Labels.Contains(expected.Labels[i]))
                continue;
            var next = expected.Labels.Skip(i + 1).FirstOrDefault(actual.Labels.Contains);
            statements.Add(
                $"ALTER TYPE {name} ADD VALUE {SqlString.Literal(expected.Labels[i])}"
                    + (next is null ? "" : $" BEFORE {SqlString.Literal(next)}")
            );
        }

        return string.Join("; ", statements);
    }

    /// <summary>Sets or removes a comment.</summary>
    /// <param name="on">What it is on, for example <c>COLUMN public.provenance.content_id</c>.</param>
    /// <param name="text">The comment; null removes it.</param>
    public static string Comment(string on, string? text) => $"COMMENT ON {on} IS {(text is null ? "NULL" : SqlString.Literal(text))}";

    public static string Insert(SeedTable seed, IReadOnlyDictionary<string, JsonElement> row)
    {
        var columns = string.Join(", ", row.Keys.Select(ObjectName.Quote));
        return $"INSERT INTO {seed.Table} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{seed.Table}, {RowLiteral(row)})";
    }

    public static string Update(SeedTable seed, IReadOnlyDictionary<string, JsonElement> row)
    {
        var columns = string.Join(", ", row.Keys.Except(seed.Key).Select(ObjectName.Quote));
        var values = string.Join(", ", row.Keys.Except(seed.Key).Select(column => "r." + ObjectName.Quote(column)));
        var keys = string.Join(" AND ", seed.Key.Select(column => $"t.{ObjectName.Quote(column)} = r.{ObjectName.Quote(column)}"));
        return $"UPDATE {seed.Table} AS t SET ({columns}) = ROW({values}) FROM jsonb_populate_record(NULL::{seed.Table}, {RowLiteral(row)}) AS r WHERE {keys}";
    }

    private static string RowLiteral(IReadOnlyDictionary<string, JsonElement> row) =>
        SqlString.Literal(
            '{'
                + string.Join(
                    ", ",
                    row.Select(pair =>
                        '"' + JsonEncodedText.Encode(pair.Key, SnapshotFile.Encoder).ToString() + "\": " + SeedRows.Canonical(pair.Value)
                    )
                )
                + '}'
        );

    private static string Partitioned(RelationSnapshot relation) => relation.PartitionKey is { } key ? " PARTITION BY " + key : "";

    private static string State(string kind, ObjectName table, string name, TriggerState state)
    {
        var verb = state switch
        {
            TriggerState.Disabled => "DISABLE",
            TriggerState.Replica => "ENABLE REPLICA",
            TriggerState.Always => "ENABLE ALWAYS",
            _ => "ENABLE",
        };
        return $"ALTER TABLE {table} {verb} {kind} {ObjectName.Quote(name)}";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
