using Mued.PsDb.Backups;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Restore;

/// <summary>
/// Makes again what went from the schema and is not there, inside the caller's transaction: compares, tries what the comparison suggests,
/// in an order that is guessed, each statement behind a savepoint, and compares again, until nothing new is made. So the order is found.
/// </summary>
/// <param name="connection">The database, in a transaction.</param>
/// <param name="lost">How it was.</param>
/// <param name="objects">What went, by name.</param>
/// <param name="action">Whether anything is made.</param>
internal sealed class ObjectRestorer(
    NpgsqlConnection connection,
    SchemaSnapshot lost,
    IReadOnlyList<LostObject> objects,
    SchemaObjectsAction action
)
{
    // Bodies of functions may name what comes later, and are not looked at, as in pg_dump's files.
    private const string Settings = """
        SELECT set_config('check_function_bodies', 'off', true), set_config('standard_conforming_strings', 'on', true),
            set_config('default_tablespace', '', true), set_config('xmloption', 'content', true)
        """;

    private readonly EnumComparison enums = new();
    private readonly Dictionary<Key, LostObject> known = objects.ToDictionary(item => new Key(item.Kind, item.Name));
    private readonly HashSet<string> heirs =
    [
        .. lost.Relations.Where(relation => relation.Parents.Count > 0).Select(relation => relation.QualifiedName.ToString()),
    ];
    private readonly Dictionary<Key, string> made = [];
    private readonly HashSet<(Key, string)> done = [];
    private readonly Dictionary<Key, (string Sql, string Reason)> failed = [];

    /// <summary>
    /// Adds the labels that enum types had, in a transaction of its own, which must not be open yet: rows can hold them only once they are
    /// committed (PostgreSQL manual, ALTER TYPE, Notes). What cannot be added is told with everything else.
    /// </summary>
    /// <param name="begin">Begins the transaction.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    public async Task AddLabelsAsync(IEnumerable<string> begin, CancellationToken cancellationToken)
    {
        if (action != SchemaObjectsAction.Restore || lost.Enums.Count == 0)
            return;
        var here = (await ReadAsync(cancellationToken).ConfigureAwait(false)).Enums.ToDictionary(enums.NameOf);
        var added = lost
            .Enums.Where(item => here.ContainsKey(enums.NameOf(item)))
            .Select(item =>
                (Key: new Key(enums.KindOf(item), enums.NameOf(item)), Sql: enums.Additions(item, here[enums.NameOf(item)]).ToList())
            )
            .Where(item => item.Sql.Count > 0)
            .ToList();
        if (added.Count == 0)
            return;
        await connection.ExecuteAsync(begin.Select(sql => (BatchStep)sql), cancellationToken).ConfigureAwait(false);
        await StatementTrial.RunAsync(connection, [.. added.SelectMany(item => item.Sql)], cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync(["COMMIT"], cancellationToken).ConfigureAwait(false);
        foreach (var (key, sql) in added)
            made[key] = string.Join("; ", sql);
    }

    /// <summary>Makes what rows need: types, functions, tables and columns.</summary>
    public Task BeforeRowsAsync(CancellationToken cancellationToken) => MakeAsync(beforeRows: true, cancellationToken);

    /// <summary>Why tables could not be made, by name.</summary>
    public IReadOnlyDictionary<string, string> FailedTables() =>
        failed
            .Where(pair => pair.Key.Kind == "table")
            .ToDictionary(pair => pair.Key.Name, pair => pair.Value.Reason, StringComparer.Ordinal);

    /// <summary>Makes the rest. Returns what became of everything.</summary>
    public async Task<IReadOnlyList<RestoredObject>> AfterRowsAsync(CancellationToken cancellationToken)
    {
        var checks = await MakeAsync(beforeRows: false, cancellationToken).ConfigureAwait(false);
        return [.. checks.Select(Outcome)];
    }

    private async Task<List<SchemaCheck>> MakeAsync(bool beforeRows, CancellationToken cancellationToken)
    {
        failed.Clear();
        while (true)
        {
            var checks = await CompareAsync(cancellationToken).ConfigureAwait(false);
            var count = done.Count;
            if (action == SchemaObjectsAction.Restore)
            {
                var steps = checks
                    .Where(check => IsToBeMade(check) && !(beforeRows && Rank(check) >= RankOfRows) && !IsTried(check))
                    .OrderBy(Rank)
                    .ToList();
                if (steps.Count > 0)
                {
                    await connection.ExecuteAsync([Settings], cancellationToken).ConfigureAwait(false);
                    await TryAsync(StatementOrder.Sort(steps, NameOf, step => StatementOf(step)!), cancellationToken).ConfigureAwait(false);
                }
            }

            if (done.Count == count)
                return checks;

            // What failed may have waited for what was made since.
            failed.Clear();
        }
    }

    private async Task<List<SchemaCheck>> CompareAsync(CancellationToken cancellationToken)
    {
        var here = await ReadAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. new SchemaComparison(lost, here, strict: false)
                .Run()
                .Checks.Where(check => check.Status != CheckStatus.Unexpected && (known.ContainsKey(Key.Of(check)) || IsOwner(check))),
            .. objects.Where(item => item.Kind is LostSchema.TableSetting or LostSchema.ColumnSetting).Select(item => Setting(item, here)),
        ];
    }

    private static SchemaCheck Setting(LostObject item, SchemaSnapshot here)
    {
        var setting = item.Name[(item.Table!.Length + 1)..];
        var relation = here.Relations.FirstOrDefault(relation => relation.QualifiedName.ToString() == item.Table);
        var found = relation?.Settings;
        if (
            relation?.Columns.FirstOrDefault(column =>
                setting.StartsWith(ColumnComparison.Setter(column.Name), StringComparison.Ordinal)
            ) is
            { } of
        )
            (setting, found) = (setting[ColumnComparison.Setter(of.Name).Length..], of.Settings);
        var status =
            found is null || !SettingList.Has(found, setting.Split(' ')[0]) ? CheckStatus.Missing
            : SettingList.HasMore(setting, found) ? CheckStatus.Different
            : CheckStatus.Passed;
        return new(item.Kind, item.Name, status)
        {
            Table = item.Table,
            Expected = setting,
            Actual = found,
            Ways = [item.Statement!],
        };
    }

    private Task<SchemaSnapshot> ReadAsync(CancellationToken cancellationToken) =>
        SchemaReader.ReadAsync(
            connection,
            new SchemaQuery(lost.Scope, [], [], lost.FormatVersion, selection: SchemaSelection.All),
            cancellationToken
        );

    private bool IsToBeMade(SchemaCheck check) =>
        StatementOf(check) is not null
        && check.Status switch
        {
            CheckStatus.Missing => known.GetValueOrDefault(Key.Of(check)) is { OfMigrations: false },
            CheckStatus.Different => check.OnlyLacks
                || IsOwner(check)
                || check.Kind == "privileges"
                || (check.Kind == "row security" && check.Expected!.StartsWith("enabled", StringComparison.Ordinal)),
            _ => false,
        };

    /// <summary>
    /// The statement to try; null where there is none, or it would drop something. A column comes without NOT NULL, which a later round
    /// sets: there may be rows already that have no value in it.
    /// </summary>
    private static string? StatementOf(SchemaCheck check)
    {
        const string required = " NOT NULL";
        var way = check.Ways.FirstOrDefault(sql => !sql.StartsWith("DROP ", StringComparison.Ordinal));
        return check is { Status: CheckStatus.Missing, Kind: "column" } && way?.EndsWith(required, StringComparison.Ordinal) == true
            ? way[..^required.Length]
            : way;
    }

    private bool IsTried(SchemaCheck check) =>
        failed.TryGetValue(Key.Of(check), out var failure)
            ? failure.Sql == StatementOf(check)
            : done.Contains((Key.Of(check), StatementOf(check)!));

    private static bool IsOwner(SchemaCheck check) => LostSchema.IsOwner(check.Kind);

    // Statements name a function without the types of its arguments.
    private static string NameOf(SchemaCheck check) => check.Status == CheckStatus.Missing ? check.Name.Split('(')[0] : "";

    private async Task TryAsync(IReadOnlyList<SchemaCheck> steps, CancellationToken cancellationToken)
    {
        var failures = await StatementTrial
            .RunAsync(connection, [.. steps.Select(step => StatementOf(step)!)], cancellationToken)
            .ConfigureAwait(false);
        for (var i = 0; i < steps.Count; i++)
        {
            var (key, sql) = (Key.Of(steps[i]), StatementOf(steps[i])!);
            if (failures.TryGetValue(i, out var reason))
            {
                failed[key] = (sql, reason);
                continue;
            }

            // What is made in two steps counts twice.
            made[key] = sql;
            done.Add((key, sql));
        }
    }

    private RestoredObject Outcome(SchemaCheck check)
    {
        var key = Key.Of(check);
        var item = known.GetValueOrDefault(key);
        var sql = made.GetValueOrDefault(key) ?? StatementOf(check) ?? item?.Statement;
        var (status, reason) = check.Status switch
        {
            CheckStatus.Passed => (made.ContainsKey(key) ? RestoredObjectStatus.Restored : RestoredObjectStatus.Present, null),
            _ when failed.TryGetValue(key, out var failure) => (RestoredObjectStatus.Failed, failure.Reason),
            CheckStatus.Missing when item is { OfMigrations: true } => (
                RestoredObjectStatus.Missing,
                Texts.Get("RestoreObjectOfMigrations")
            ),
            CheckStatus.Missing when sql is null => (RestoredObjectStatus.Missing, Texts.Get("RestoreObjectNoStatement")),
            CheckStatus.Missing => (RestoredObjectStatus.Missing, null),
            _ => (RestoredObjectStatus.Different, Texts.Get("RestoreObjectDifferent", check.Actual, check.Expected)),
        };
        return new(check.Kind, check.Name, status)
        {
            Table = check.Table == check.Name ? null : check.Table,
            Statement = status == RestoredObjectStatus.Present ? null : sql,
            Reason = reason,
            Left =
                action == SchemaObjectsAction.Restore
                && status is (RestoredObjectStatus.Missing or RestoredObjectStatus.Failed)
                && item is not { OfMigrations: true },
        };
    }

    private const int RankOfRows = 20;

    // What mostly stands on what; where it does not, another round finds it. A table that inherits has its parent's columns first, those too
    // that people added.
    private int Rank(SchemaCheck check) =>
        check.Kind switch
        {
            _ when IsOwner(check) => 90,
            "privileges" => 95,
            _ when check.Kind.EndsWith(" comment", StringComparison.Ordinal) => 80,
            "schema" => 0,
            "extension" or "language" or "collation" or "type" or "enum" => 1,
            "sequence" => 3,
            "function" => 4,
            "table" => heirs.Contains(check.Name) ? 7 : 5,
            "column" => 6,
            LostSchema.ColumnSetting => 8,
            "primary key" or "unique constraint" => 20,
            "index" => 21,
            "check constraint" or "exclusion constraint" => 22,
            "foreign key" => 23,
            "view" => 24,
            "materialized view" => 25,
            LostSchema.TableSetting => 26,
            "trigger" or "rule" or "policy" => 30,
            "row security" => 31,
            "statistics" or "publication" or "publication table" or "publication schema" or "subscription" => 40,
            "event trigger" => 99,
            _ => 2,
        };

    /// <summary>What names a check.</summary>
    private readonly record struct Key(string Kind, string Name)
    {
        public static Key Of(SchemaCheck check) => new(check.Kind, check.Name);
    }
}
