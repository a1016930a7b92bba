using System.Text.RegularExpressions;

namespace Mued.PsDb.Tests;

/// <summary>
/// Makes mutations of a database from the expectations about it; knows the catalogs and no code under test but the records.
/// </summary>
internal sealed partial class Mutator(SchemaSnapshot schema)
{
    private const CheckStatus Missing = CheckStatus.Missing;
    private const CheckStatus Different = CheckStatus.Different;
    private const CheckStatus Unexpected = CheckStatus.Unexpected;

    public IEnumerable<Mutation> All() =>
        schema
            .Relations.SelectMany(Tables)
            .Concat(schema.Relations.SelectMany(t => t.Columns.SelectMany(c => Columns(t, c))))
            .Concat(schema.Relations.SelectMany(t => t.Constraints.SelectMany(c => Constraints(t, c))))
            .Concat(schema.Relations.SelectMany(t => t.Indexes.SelectMany(i => Indexes(t, i))))
            .Concat(schema.Relations.SelectMany(t => t.Triggers.SelectMany(g => Triggers(t, g))))
            .Concat(schema.Enums.SelectMany(Enums))
            .Concat(schema.Functions.SelectMany(Functions))
            .Concat(schema.Seeds.SelectMany(Seeds))
            .Concat(schema.Forbidden.SelectMany(Forbidden));

    private IEnumerable<Mutation> Tables(RelationSnapshot table)
    {
        var t = Name(table);
        var everything = Everything(table).ToList();
        yield return new($"drop table {t}", $"DROP TABLE {t} CASCADE", everything);
        yield return new($"rename table {t}", $"ALTER TABLE {t} RENAME TO renamed", everything);
        yield return new($"move table {t} to another schema", $"CREATE SCHEMA other; ALTER TABLE {t} SET SCHEMA other", everything);
        yield return new($"set {t} unlogged", $"ALTER TABLE {t} SET UNLOGGED", [new("table", t, Different)]);
        yield return new($"set a fillfactor on {t}", $"ALTER TABLE {t} SET (fillfactor = 70)", [new("table", t, Different)]);
        yield return new($"let {t} inherit", $"CREATE TABLE parent (); ALTER TABLE {t} INHERIT parent", [new("table", t, Different)]);
        yield return new(
            $"replace {t} by a view",
            $"ALTER TABLE {t} RENAME TO renamed; CREATE VIEW {t} AS SELECT * FROM public.renamed",
            [new("table", t, Different)]
        )
        {
            Allowed = [.. everything.Select(f => (f.Kind, f.Name))],
        };
        yield return new($"enable row security on {t}", $"ALTER TABLE {t} ENABLE ROW LEVEL SECURITY", [new("row security", t, Different)]);
        yield return new($"force row security on {t}", $"ALTER TABLE {t} FORCE ROW LEVEL SECURITY", [new("row security", t, Different)]);
        yield return new($"drop the comment of {t}", $"COMMENT ON TABLE {t} IS NULL", [new("table comment", t, Missing)]);
        yield return new($"edit the comment of {t}", $"COMMENT ON TABLE {t} IS 'other'", [new("table comment", t, Different)]);
        yield return new($"add a column to {t}", $"ALTER TABLE {t} ADD COLUMN extra integer", [new("column", t + ".extra", Unexpected)]);
        yield return new(
            $"add an index to {t}",
            $"CREATE INDEX extra_idx ON {t} ((id::text))",
            [new("index", "public.extra_idx", Unexpected)]
        );
        yield return new(
            $"add a check to {t}",
            $"ALTER TABLE {t} ADD CONSTRAINT extra CHECK (id IS NOT NULL)",
            [new("check constraint", t + ".extra", Unexpected)]
        );
        yield return new(
            $"add a unique constraint to {t}",
            $"ALTER TABLE {t} ADD CONSTRAINT extra UNIQUE (id, created_at)",
            [new("unique constraint", t + ".extra", Unexpected)]
        );
        yield return new(
            $"add an exclusion constraint to {t}",
            $"ALTER TABLE {t} ADD CONSTRAINT extra EXCLUDE USING btree (id WITH =)",
            [new("exclusion constraint", t + ".extra", Unexpected)]
        );
        yield return new(
            $"add a foreign key to {t}",
            $"ALTER TABLE {t} ADD CONSTRAINT extra FOREIGN KEY (id) REFERENCES public.users (id) NOT VALID",
            [new("foreign key", t + ".extra", Unexpected)]
        );
        yield return new(
            $"add a trigger to {t}",
            $"CREATE TRIGGER extra AFTER DELETE ON {t} FOR EACH STATEMENT EXECUTE FUNCTION public.update_updated_at_column()",
            [new("trigger", t + ".extra", Unexpected)]
        );
        yield return new($"add a policy to {t}", $"CREATE POLICY extra ON {t} USING (true)", [new("policy", t + ".extra", Unexpected)]);
        yield return new(
            $"add a rule to {t}",
            $"CREATE RULE extra AS ON DELETE TO {t} DO ALSO SELECT 1",
            [new("rule", t + ".extra", Unexpected)]
        );

        var moved = table.Columns.First(column =>
            !table.Columns[^1].Equals(column)
            && Dependents(table, column).Count == 0
            && column.Comment is null
            && !column.NotNull
            && !InSeeds(table, column)
        );
        yield return new(
            $"move {moved.Name} to the end of {t}",
            $"ALTER TABLE {t} DROP COLUMN {moved.Name}; ALTER TABLE {t} ADD COLUMN {moved.Name} {moved.Type}"
                + (moved.Default is { } d ? $" DEFAULT {d}" : ""),
            [new("column order", t, Different)]
        );
    }

    private IEnumerable<Mutation> Columns(RelationSnapshot table, ColumnSnapshot column)
    {
        var t = Name(table);
        var c = column.Name;
        var name = $"{t}.{c}";
        var dependents = Dependents(table, column);
        var changed = new Finding("column", name, Different);

        yield return new($"drop column {name}", $"ALTER TABLE {t} DROP COLUMN {c} CASCADE", [.. Gone(table, column)]);
        yield return new(
            $"rename column {name}",
            $"ALTER TABLE {t} RENAME COLUMN {c} TO renamed",
            [
                .. Gone(table, column).Select(f => dependents.Contains((f.Kind, f.Name)) ? f with { Status = Different } : f),
                new("column", t + ".renamed", Unexpected),
            ]
        );

        // Dependents and the default are in the way of most types, so they go first.
        var drops = string.Concat(
            dependents.Select(d =>
                d.Kind == "index" ? $"DROP INDEX {d.Name}; " : $"ALTER TABLE {t} DROP CONSTRAINT {d.Name.Split('.')[^1]}; "
            )
        );
        yield return new(
            $"retype {name}",
            $"{drops}ALTER TABLE {t} ALTER COLUMN {c} DROP DEFAULT; ALTER TABLE {t} ALTER COLUMN {c} TYPE {OtherType(column.Type)}",
            [changed, .. dependents.Select(d => new Finding(d.Kind, d.Name, Missing))]
        )
        {
            // A seed row's value of another type is another value, except where its text is the same.
            Allowed = InSeeds(table, column) ? [.. SeedNames(table).Select(seed => ("seed row", seed))] : [],
        };
        if (OtherModifier(column.Type) is { } modified)
        {
            yield return new($"change the modifier of {name}", $"ALTER TABLE {t} ALTER COLUMN {c} TYPE {modified}", [changed])
            {
                Allowed = dependents,
            };
        }

        if (column.Type == "text" || column.Type.StartsWith("character varying", StringComparison.Ordinal))
        {
            yield return new(
                $"change the collation of {name}",
                $"ALTER TABLE {t} ALTER COLUMN {c} TYPE {column.Type} COLLATE \"C\"",
                [changed]
            )
            {
                Allowed = dependents,
            };
        }

        if (!table.Constraints.Any(k => k.Kind == ConstraintKind.PrimaryKey && k.Columns.Contains(c)))
        {
            yield return new(
                $"flip the nullability of {name}",
                column.NotNull
                    ? $"ALTER TABLE {t} ALTER COLUMN {c} DROP NOT NULL"
                    : $"UPDATE pg_attribute SET attnotnull = true WHERE attrelid = '{t}'::regclass AND attname = '{c}'",
                [changed]
            );
        }

        if (column.Default is not null)
            yield return new($"drop the default of {name}", $"ALTER TABLE {t} ALTER COLUMN {c} DROP DEFAULT", [changed]);
        yield return new(
            $"change the default of {name}",
            $"ALTER TABLE {t} ALTER COLUMN {c} SET DEFAULT {OtherDefault(column)}",
            [changed]
        );
        if (column.Type == "integer")
        {
            yield return new(
                $"make {name} an identity column",
                $"UPDATE pg_attribute SET attnotnull = true WHERE attrelid = '{t}'::regclass AND attname = '{c}'; "
                    + $"ALTER TABLE {t} ALTER COLUMN {c} ADD GENERATED BY DEFAULT AS IDENTITY",
                [changed]
            );
        }

        if (column.Comment is null)
        {
            yield return new($"comment on {name}", $"COMMENT ON COLUMN {name} IS 'extra'", [new("column comment", name, Unexpected)]);
        }
        else
        {
            yield return new($"drop the comment of {name}", $"COMMENT ON COLUMN {name} IS NULL", [new("column comment", name, Missing)]);
            yield return new(
                $"edit the comment of {name}",
                $"COMMENT ON COLUMN {name} IS 'other'",
                [new("column comment", name, Different)]
            );
        }
    }

    private static IEnumerable<Mutation> Constraints(RelationSnapshot table, ConstraintSnapshot constraint)
    {
        var t = Name(table);
        var n = constraint.Name;
        var (kind, name) = (KindOf(constraint), $"{t}.{n}");
        var changed = new Finding(kind, name, Different);
        Mutation Redefine(string what, string definition) =>
            new($"{what} of {name}", $"ALTER TABLE {t} DROP CONSTRAINT {n}; ALTER TABLE {t} ADD CONSTRAINT {n} {definition}", [changed]);

        yield return new($"drop constraint {name}", $"ALTER TABLE {t} DROP CONSTRAINT {n} CASCADE", [new(kind, name, Missing)]);
        yield return new(
            $"rename constraint {name}",
            $"ALTER TABLE {t} RENAME CONSTRAINT {n} TO renamed",
            [new(kind, name, Missing), new(kind, t + ".renamed", Unexpected)]
        );
        yield return new(
            $"comment on constraint {name}",
            $"COMMENT ON CONSTRAINT {n} ON {t} IS 'extra'",
            [new("constraint comment", name, Unexpected)]
        );

        switch (constraint.Kind)
        {
            case ConstraintKind.PrimaryKey or ConstraintKind.Unique:
                foreach (var flag in new[] { "indisvalid", "indisready" })
                {
                    yield return new(
                        $"clear {flag} behind {name}",
                        $"UPDATE pg_index SET {flag} = false WHERE indexrelid = 'public.{n}'::regclass",
                        [changed]
                    );
                }

                yield return Redefine("more columns", constraint.Definition.Replace(")", ", created_at)", StringComparison.Ordinal));
                yield return Redefine("deferrability", constraint.Definition + " DEFERRABLE");
                yield return Redefine("included columns", constraint.Definition + " INCLUDE (created_at)");
                yield return new(
                    $"another kind of {name}",
                    $"ALTER TABLE {t} DROP CONSTRAINT {n}; ALTER TABLE {t} ADD CONSTRAINT {n} CHECK (created_at IS NOT NULL)",
                    // A check of another kind is told at the expected one.
                    [changed]
                );
                break;
            case ConstraintKind.Check:
                yield return Redefine("NOT VALID", constraint.Definition + " NOT VALID");
                yield return Redefine("another expression", constraint.Definition.Replace("1]", "2]", StringComparison.Ordinal));
                yield return Redefine("NO INHERIT", constraint.Definition + " NO INHERIT");
                break;
            case ConstraintKind.ForeignKey:
                var plain = constraint.Definition[..constraint.Definition.IndexOf(" ON DELETE", StringComparison.Ordinal)];
                foreach (
                    var action in new[] { "", " ON DELETE CASCADE", " ON DELETE SET NULL", " ON DELETE RESTRICT", " ON DELETE SET DEFAULT" }
                )
                {
                    if (plain + action != constraint.Definition)
                        yield return Redefine($"action '{action}'", plain + action);
                }

                yield return Redefine("update action", constraint.Definition + " ON UPDATE CASCADE");
                yield return Redefine("NOT VALID", constraint.Definition + " NOT VALID");
                yield return Redefine("deferrability", constraint.Definition + " DEFERRABLE");
                yield return Redefine("deferral", constraint.Definition + " DEFERRABLE INITIALLY DEFERRED");
                yield return Redefine("match", plain + " MATCH FULL" + constraint.Definition[plain.Length..]);
                yield return Redefine(
                    "target",
                    constraint.Definition.Replace("public.users(", "public.materials(", StringComparison.Ordinal)
                );
                break;
        }
    }

    private static IEnumerable<Mutation> Indexes(RelationSnapshot table, IndexSnapshot index)
    {
        var name = $"public.{index.Name}";
        var changed = new Finding("index", name, Different);
        Mutation Redefine(string what, string definition)
        {
            Assert.NotEqual(index.Definition, definition);
            return new($"{what} of {name}", $"DROP INDEX {name}; {definition}", [changed]);
        }

        Mutation Catalog(string change) =>
            new($"{change} on {name}", $"UPDATE pg_index SET {change} WHERE indexrelid = '{name}'::regclass", [changed]);

        yield return new($"drop index {name}", $"DROP INDEX {name}", [new("index", name, Missing)]);
        yield return new(
            $"rename index {name}",
            $"ALTER INDEX {name} RENAME TO renamed",
            [new("index", name, Missing), new("index", "public.renamed", Unexpected)]
        );
        yield return new($"comment on index {name}", $"COMMENT ON INDEX {name} IS 'extra'", [new("index comment", name, Unexpected)]);
        yield return Catalog("indisvalid = false");
        yield return Catalog("indisready = false");
        yield return Catalog("indisunique = NOT indisunique");

        var where = index.Predicate is null ? "" : " WHERE " + index.Predicate;
        var plain = index.Definition[..^where.Length];
        yield return Redefine(
            "storage parameter",
            plain
                + " WITH ("
                + (index.Definition.Contains("USING gin", StringComparison.Ordinal) ? "fastupdate=off" : "fillfactor=70")
                + ")"
                + where
        );
        yield return Redefine(
            "predicate",
            plain + (index.Predicate is null ? " WHERE (id IS NOT NULL)" : " WHERE (id IS NOT NULL AND " + index.Predicate + ")")
        );
        if (index.Predicate is not null)
            yield return Redefine("no predicate", plain);
        if (plain.Contains("USING gin", StringComparison.Ordinal))
        {
            yield return Redefine("operator class", plain[..^1] + " jsonb_path_ops)");
            yield break;
        }

        yield return Redefine("included column", plain + " INCLUDE (id)" + where);
        yield return Redefine("more columns", plain[..^1] + ", id)" + where);
        var descends = plain.EndsWith(" DESC)", StringComparison.Ordinal);
        yield return Redefine("sort order", (descends ? plain[..^" DESC)".Length] : plain[..^1] + " DESC") + ")" + where);
        yield return Redefine("order of nulls", plain[..^1] + (descends ? " NULLS LAST)" : " NULLS FIRST)") + where);
        if (KeyList().Match(plain) is { Success: true } keys && keys.Groups[1].Value.Split(", ") is var columns)
        {
            if (columns.Length > 1)
                yield return Redefine(
                    "order of columns",
                    plain.Replace(keys.Value, $"({string.Join(", ", Enumerable.Reverse(columns))})", StringComparison.Ordinal) + where
                );
            else if (!index.Unique)
                yield return Redefine("access method", plain.Replace("USING btree", "USING hash", StringComparison.Ordinal) + where);

            if (
                table.Columns.FirstOrDefault(c => c.Name == columns[0])?.Type is { } type
                && (type == "text" || type.StartsWith("character varying", StringComparison.Ordinal))
            )
            {
                yield return Redefine(
                    "operator class",
                    plain.Replace($"({columns[0]}", $"({columns[0]} text_pattern_ops", StringComparison.Ordinal) + where
                );
                yield return Redefine(
                    "collation",
                    plain.Replace($"({columns[0]}", $"({columns[0]} COLLATE \"C\"", StringComparison.Ordinal) + where
                );
            }
        }
    }

    private static IEnumerable<Mutation> Triggers(RelationSnapshot table, TriggerSnapshot trigger)
    {
        var t = Name(table);
        var name = $"{t}.{trigger.Name}";
        var changed = new Finding("trigger", name, Different);
        yield return new($"drop trigger {name}", $"DROP TRIGGER {trigger.Name} ON {t}", [new("trigger", name, Missing)]);
        yield return new(
            $"rename trigger {name}",
            $"ALTER TRIGGER {trigger.Name} ON {t} RENAME TO renamed",
            [new("trigger", name, Missing), new("trigger", t + ".renamed", Unexpected)]
        );
        yield return new(
            $"comment on trigger {name}",
            $"COMMENT ON TRIGGER {trigger.Name} ON {t} IS 'extra'",
            [new("trigger comment", name, Unexpected)]
        );
        foreach (var state in new[] { "DISABLE", "ENABLE REPLICA", "ENABLE ALWAYS" })
        {
            yield return new($"{state} trigger {name}", $"ALTER TABLE {t} {state} TRIGGER {trigger.Name}", [changed]);
        }

        foreach (
            var (from, to) in new[]
            {
                ("BEFORE UPDATE", "AFTER UPDATE"),
                ("BEFORE UPDATE", "BEFORE INSERT OR UPDATE"),
                ("BEFORE UPDATE", "BEFORE UPDATE OF created_at"),
                ("FOR EACH ROW", "FOR EACH STATEMENT"),
                ("FOR EACH ROW", "FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)"),
                ("column()", "column('x')"),
            }
        )
        {
            yield return new(
                $"{from} to {to} in trigger {name}",
                $"DROP TRIGGER {trigger.Name} ON {t}; {trigger.Definition.Replace(from, to, StringComparison.Ordinal)}",
                [changed]
            );
        }
    }

    private IEnumerable<Mutation> Enums(EnumSnapshot type)
    {
        var name = $"{type.Schema}.{type.Name}";
        var changed = new Finding("enum", name, Different);
        var columns = schema.Relations.SelectMany(t => t.Columns.Where(c => c.Type == name).Select(c => (Table: t, Column: c))).ToList();
        yield return new(
            $"rename type {name}",
            $"ALTER TYPE {name} RENAME TO renamed",
            [new("enum", name, Missing), .. columns.Select(c => new Finding("column", $"{Name(c.Table)}.{c.Column.Name}", Different))]
        );
        yield return new(
            $"drop type {name}",
            $"DROP TYPE {name} CASCADE",
            [new("enum", name, Missing), .. columns.SelectMany(c => Gone(c.Table, c.Column))]
        );
        yield return new($"comment on type {name}", $"COMMENT ON TYPE {name} IS 'extra'", [new("enum comment", name, Unexpected)]);
        yield return new($"add a label to {name}", $"ALTER TYPE {name} ADD VALUE 'extra'", [changed]);
        yield return new($"add a first label to {name}", $"ALTER TYPE {name} ADD VALUE 'extra' BEFORE '{type.Labels[0]}'", [changed]);
        for (var i = 0; i < type.Labels.Count; i++)
        {
            var label = type.Labels[i];
            yield return new($"rename label {label} of {name}", $"ALTER TYPE {name} RENAME VALUE '{label}' TO 'renamed'", [changed]);
            yield return new(
                $"remove label {label} of {name}",
                $"DELETE FROM pg_enum WHERE enumtypid = '{name}'::regtype AND enumlabel = '{label}'",
                [changed]
            );
            if (i == 0)
                continue;
            yield return new(
                $"swap labels {type.Labels[i - 1]} and {label} of {name}",
                $"ALTER TYPE {name} RENAME VALUE '{label}' TO 'swap'; ALTER TYPE {name} RENAME VALUE '{type.Labels[i - 1]}' TO '{label}'; "
                    + $"ALTER TYPE {name} RENAME VALUE 'swap' TO '{type.Labels[i - 1]}'",
                [changed]
            );
        }
    }

    private IEnumerable<Mutation> Functions(FunctionSnapshot function)
    {
        var name = $"{function.Schema}.{function.Name}({function.Arguments})";
        var changed = new Finding("function", name, Different);
        var triggers = schema
            .Relations.SelectMany(t =>
                t.Triggers.Where(g => g.Definition.Contains($"{function.Schema}.{function.Name}(", StringComparison.Ordinal))
                    .Select(g => $"{Name(t)}.{g.Name}")
            )
            .ToList();
        yield return new(
            $"drop function {name}",
            $"DROP FUNCTION {name} CASCADE",
            [new("function", name, Missing), .. triggers.Select(g => new Finding("trigger", g, Missing))]
        );
        yield return new(
            $"rename function {name}",
            $"ALTER FUNCTION {name} RENAME TO renamed",
            [new("function", name, Missing), .. triggers.Select(g => new Finding("trigger", g, Different))]
        );
        yield return new(
            $"comment on function {name}",
            $"COMMENT ON FUNCTION {name} IS 'extra'",
            [new("function comment", name, Unexpected)]
        );
        foreach (
            var property in new[]
            {
                "STABLE",
                "STRICT",
                "SECURITY DEFINER",
                "COST 500",
                "PARALLEL SAFE",
                "LEAKPROOF",
                "SET work_mem = '1MB'",
            }
        )
        {
            yield return new($"{property} on {name}", $"ALTER FUNCTION {name} {property}", [changed]);
        }

        foreach (
            var (from, to) in new[]
            {
                ("now()", "clock_timestamp()"),
                ("RETURN NEW;", "RETURN OLD;"),
                ("BEGIN", "-- a comment\nBEGIN"),
                ("    ", "  "),
            }
        )
        {
            yield return new($"'{from}' to '{to}' in {name}", function.Definition.Replace(from, to, StringComparison.Ordinal), [changed]);
        }
    }

    private static IEnumerable<Mutation> Seeds(SeedTable seed)
    {
        foreach (var row in seed.Rows)
        {
            var key = row[seed.Key[0]].GetString()!.Replace("'", "''", StringComparison.Ordinal);
            var (where, name) = ($"WHERE {seed.Key[0]} = '{key}'", SeedName(seed, row));
            yield return new($"delete {name}", $"DELETE FROM {seed.Table} {where}", [new("seed row", name, Missing)]);
            yield return new(
                $"rename {name}",
                $"UPDATE {seed.Table} SET {seed.Key[0]} = 'renamed', source = 'other' {where}",
                [new("seed row", name, Missing)]
            );
            yield return new(
                $"change the case of {name}",
                $"UPDATE {seed.Table} SET {seed.Key[0]} = upper({seed.Key[0]}), source = 'other' {where}",
                [new("seed row", name, Missing)]
            );
            foreach (
                var change in new[]
                {
                    "source = 'other'",
                    "version = '1.0.1'",
                    "version = '1.0.0 '",
                    "enabled = NOT enabled",
                    "enabled = NULL",
                    "capabilities = '{}'",
                    "capabilities = capabilities || '{\"extra\": true}'",
                    "capabilities = capabilities - 'list'",
                    "capabilities = jsonb_set(capabilities, '{list}', '\"true\"')",
                    "capabilities = jsonb_set(capabilities, '{fetch}', 'false')",
                }
            )
            {
                yield return new($"{change} in {name}", $"UPDATE {seed.Table} SET {change} {where}", [new("seed row", name, Different)]);
            }
        }

        yield return new(
            $"truncate {seed.Table}",
            $"TRUNCATE {seed.Table}",
            [.. seed.Rows.Select(row => new Finding("seed row", SeedName(seed, row), Missing))]
        );
    }

    private static IEnumerable<Mutation> Forbidden(ForbiddenConstraint rule)
    {
        var finding = new Finding("forbidden constraint", $"{rule.Table}({string.Join(", ", rule.Columns)}) foreign key", Unexpected);
        foreach (
            var (name, rest) in new[]
            {
                ("fk_provenance_content", "public.materials (id)"),
                ("any_name", "public.materials (id) ON DELETE CASCADE"),
                ("any_name", "public.users (id) NOT VALID"),
                ("any_name", "public.ai_dialogue_log (id)"),
            }
        )
        {
            yield return new(
                $"add {name} to {rest}",
                $"ALTER TABLE {rule.Table} ADD CONSTRAINT {name} FOREIGN KEY ({rule.Columns[0]}) REFERENCES {rest}",
                [finding]
            );
        }
    }

    /// <summary>Every check about a table, as it is when the table is gone.</summary>
    private IEnumerable<Finding> Everything(RelationSnapshot table)
    {
        var t = Name(table);
        yield return new("table", t, Missing);
        yield return new("row security", t, Missing);
        yield return new("column order", t, Missing);
        if (table.Comment is not null)
            yield return new("table comment", t, Missing);
        foreach (var column in table.Columns)
        {
            yield return new("column", $"{t}.{column.Name}", Missing);
            if (column.Comment is not null)
                yield return new("column comment", $"{t}.{column.Name}", Missing);
        }

        foreach (var constraint in table.Constraints)
            yield return new(KindOf(constraint), $"{t}.{constraint.Name}", Missing);
        foreach (var index in table.Indexes)
            yield return new("index", $"public.{index.Name}", Missing);
        foreach (var trigger in table.Triggers)
            yield return new("trigger", $"{t}.{trigger.Name}", Missing);
        foreach (var seed in SeedNames(table))
            yield return new("seed row", seed, Missing);
    }

    /// <summary>Every check about a column, as it is when the column is gone.</summary>
    private IEnumerable<Finding> Gone(RelationSnapshot table, ColumnSnapshot column)
    {
        var name = $"{Name(table)}.{column.Name}";
        yield return new("column", name, Missing);
        if (column.Comment is not null)
            yield return new("column comment", name, Missing);
        foreach (var (kind, dependent) in Dependents(table, column))
            yield return new(kind, dependent, Missing);
        if (!InSeeds(table, column))
            yield break;
        foreach (var seed in SeedNames(table))
            yield return new("seed row", seed, Different);
    }

    /// <summary>The constraints and indexes that mention a column.</summary>
    private static List<(string Kind, string Name)> Dependents(RelationSnapshot table, ColumnSnapshot column)
    {
        var word = new Regex($@"\b{column.Name}\b");
        return
        [
            .. table.Constraints.Where(k => k.Columns.Contains(column.Name)).Select(k => (KindOf(k), $"{Name(table)}.{k.Name}")),
            .. table
                .Indexes.Where(i => word.IsMatch(i.Definition[i.Definition.IndexOf('(', StringComparison.Ordinal)..]))
                .Select(i => ("index", $"public.{i.Name}")),
        ];
    }

    private bool InSeeds(RelationSnapshot table, ColumnSnapshot column) =>
        schema.Seeds.Any(seed => seed.Table == Name(table) && seed.Columns.Contains(column.Name));

    private IEnumerable<string> SeedNames(RelationSnapshot table) =>
        schema.Seeds.Where(seed => seed.Table == Name(table)).SelectMany(seed => seed.Rows.Select(row => SeedName(seed, row)));

    private static string SeedName(SeedTable seed, IReadOnlyDictionary<string, System.Text.Json.JsonElement> row) =>
        $"{seed.Table}[{seed.Key[0]}: \"{row[seed.Key[0]].GetString()}\"]";

    private static string Name(RelationSnapshot table) => $"{table.Schema}.{table.Name}";

    private static string KindOf(ConstraintSnapshot constraint) =>
        constraint.Kind switch
        {
            ConstraintKind.PrimaryKey => "primary key",
            ConstraintKind.ForeignKey => "foreign key",
            ConstraintKind.Unique => "unique constraint",
            ConstraintKind.Exclusion => "exclusion constraint",
            _ => "check constraint",
        };

    private static string OtherType(string type) =>
        type switch
        {
            "text" => "varchar",
            "integer" => "bigint",
            "boolean" or "uuid" or "jsonb" => "text",
            "timestamp without time zone" => "timestamptz",
            _ when type.StartsWith("numeric", StringComparison.Ordinal) => "double precision",
            _ => "text",
        };

    private static string? OtherModifier(string type) =>
        type switch
        {
            "timestamp without time zone" => "timestamp(3)",
            _ when NumericType().Match(type) is { Success: true } m =>
                $"numeric({int.Parse(m.Groups[1].Value, null) + 1},{m.Groups[2].Value})",
            _ when VarcharType().Match(type) is { Success: true } m => $"varchar({int.Parse(m.Groups[1].Value, null) + 1})",
            _ => null,
        };

    private string OtherDefault(ColumnSnapshot column) =>
        column.Type switch
        {
            "uuid" => "'00000000-0000-0000-0000-000000000001'",
            "jsonb" => "'[1]'",
            "boolean" => column.Default == "true" ? "false" : "true",
            "timestamp without time zone" => "'2000-01-01'",
            "text" => "'x'",
            _ when schema.Enums.FirstOrDefault(e => $"{e.Schema}.{e.Name}" == column.Type) is { } type => $"'{type.Labels[0]}'",
            _ => "'7'",
        };

    [GeneratedRegex(@"\(([a-z_, ]+)\)$")]
    private static partial Regex KeyList();

    [GeneratedRegex(@"^numeric\((\d+),(\d+)\)$")]
    private static partial Regex NumericType();

    [GeneratedRegex(@"^character varying\((\d+)\)$")]
    private static partial Regex VarcharType();
}
