using Mued.PsDb.Foundation;

namespace Mued.PsDb.Reporting;

/// <summary>What a person is asked before an undo, and what <c>-WhatIf</c> tells: one text for the terminal and for PowerShell.</summary>
internal static class UndoQuestion
{
    /// <summary>The sentences, each on one line: what is undone and where, what goes with it, and what becomes of the rows.</summary>
    public static IReadOnlyList<string> Of(UndoPlan plan) =>
        [
            .. new[] { Texts.Get("UndoQuestion", string.Join(", ", plan.Units.Select(unit => unit.Name)), plan.Target) }
                .Concat(plan.Tables.Select(table => Texts.Get("UndoQuestion.Table", table.Name, Figures.Count(table.Rows, "row"))))
                .Concat(
                    plan.Columns.Select(column =>
                        Texts.Get("UndoQuestion.Column", column.Table, column.Name, Figures.Count(column.Rows, "row"))
                    )
                )
                .Concat(plan.Changes.Select(change => Texts.Get("UndoQuestion.Change", change.Name, Figures.Count(change.Rows, "row"))))
                .Concat(plan.Sequences.Select(sequence => Texts.Get("UndoQuestion.Sequence", sequence.Name, sequence.LastValue)))
                .Concat(
                    plan.LargeObjects is { } large
                        ? [Texts.Get("UndoQuestion.LargeObjects", Figures.Count(large.Count, "large object"), Figures.Bytes(large.Bytes))]
                        : []
                )
                .Concat(
                    plan.Dependents.Select(dependent =>
                        Texts.Get("UndoQuestion.Dependent", dependent.Kind, dependent.Name, dependent.DependsOn)
                    )
                )
                .Concat(Objects(plan))
                .Append(Copy(plan))
                .Concat(Time(plan))
                .Select(UntrustedText.OneLine),
        ];

    /// <summary>The same about many databases: the figures are those of all that would take back the same.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<UndoPlan> plans) =>
        [.. plans.GroupBy(plan => string.Join('\n', plan.Units.Select(unit => unit.Name))).SelectMany(alike => Of(Sum([.. alike])))];

    private static UndoPlan Sum(IReadOnlyList<UndoPlan> plans) =>
        plans.Count == 1
            ? plans[0]
            : new(
                Texts.Get(
                    "UndoQuestion.Databases",
                    Figures.Count(plans.Count, "database"),
                    Figures.List([.. plans.Select(plan => plan.Target)])
                ),
                plans[0].Units
            )
            {
                Tables =
                [
                    .. from table in plans.SelectMany(plan => plan.Tables)
                    group table.Rows by table.Name into one
                    select new LostTable(one.Key, one.Sum(rows => rows ?? 0)),
                ],
                Columns =
                [
                    .. from column in plans.SelectMany(plan => plan.Columns)
                    group column.Rows by column with
                    {
                        Rows = null,
                    } into one
                    select one.Key with
                    {
                        Rows = one.Sum(rows => rows ?? 0),
                    },
                ],
                Changes =
                [
                    .. from change in plans.SelectMany(plan => plan.Changes)
                    group change.Rows by change.Name into one
                    select new ChangedTable(one.Key, one.Sum()),
                ],
                Sequences =
                [
                    .. from sequence in plans.SelectMany(plan => plan.Sequences)
                    group sequence by sequence.Name into one
                    select one.MaxBy(sequence => Math.Abs((decimal)sequence.LastValue)),
                ],
                LargeObjects = plans.Select(plan => plan.LargeObjects).OfType<LostLargeObjects>().ToList() is { Count: > 0 } large
                    ? new(large.Sum(objects => objects.Count), large.Sum(objects => objects.Bytes))
                    : null,
                Objects = [.. plans.SelectMany(plan => plan.Objects)],
                Dependents = [.. plans.SelectMany(plan => plan.Dependents).Distinct()],
                BackupPath = Path.GetDirectoryName(plans.Select(plan => plan.BackupPath).FirstOrDefault(path => path is not null)),
            };

    private static IEnumerable<string> Objects(UndoPlan plan)
    {
        var kinds = plan.Objects.GroupBy(item => item.Kind).Select(kind => $"{Figures.Number(kind.Count())} × {kind.Key}").ToList();
        var lost = plan
            .Objects.Where(item => item is { Statement: null, OfMigrations: false })
            .Select(item => $"{item.Kind} {item.Name}")
            .Distinct()
            .ToList();
        if (kinds.Count > 0)
            yield return Texts.Get("UndoQuestion.Objects", plan.Objects.Count, string.Join(", ", kinds));
        if (lost.Count > 0)
            yield return Texts.Get("UndoQuestion.NotRemade", string.Join(", ", lost));
    }

    private static IEnumerable<string> Time(UndoPlan plan)
    {
        if (plan.BackupPath is not null)
            yield return plan.Expected is { } expected
                ? Texts.Get("UndoQuestion.Time", Figures.Estimate(expected))
                : Texts.Get("UndoQuestion.TimeUnknown");
    }

    private static string Copy(UndoPlan plan) =>
        plan.BackupPath is { } path ? Texts.Get("UndoQuestion.Copy", path)
        : plan.Rows > 0 || plan.LargeObjects is not null ? Texts.Get("UndoQuestion.NoCopy")
        : Texts.Get("UndoQuestion.NoRows");
}
