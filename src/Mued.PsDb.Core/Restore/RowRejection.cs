using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Restore;

/// <summary>Takes rows that the table cannot hold out of the staged ones, rule by rule.</summary>
internal sealed class RowRejection(StagedRows staged)
{
    /// <summary>Rejects them. Returns the result with the reasons.</summary>
    public async Task<RestoredTable> RejectAsync(RestoredTable result, CancellationToken cancellationToken)
    {
        var rejections = new Dictionary<string, long>(StringComparer.Ordinal);
        var given = staged.Entry.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var column in given.Where(name => staged.Target.Columns[name].NotNull))
            await RejectAsync(RowSql.IsNull(ObjectName.Quote(column)), Texts.Get("RejectedNull", ObjectName.Quote(column)))
                .ConfigureAwait(false);
        var rules = staged.Target.Rules.Where(rule => rule.Columns.All(given.Contains)).ToList();
        foreach (var rule in rules.Where(rule => rule.Check is not null))
            await RejectAsync($"({rule.Check}) IS FALSE", Texts.Get("RejectedCheck", rule.Name)).ConfigureAwait(false);

        // Without the right to read the parent the foreign key alone must do. Rows that refer to a rejected row of their own table go as
        // well.
        var keys = rules.Where(rule => rule.Parent is not null && rule.ParentReadable && !staged.Session.Deferred.Contains(rule)).ToList();
        for (var again = true; again; )
        {
            again = false;
            foreach (var key in keys)
                again |=
                    await RejectAsync(Orphan(key), Texts.Get("RejectedForeignKey", key.Name, key.Parent!)).ConfigureAwait(false)
                    && keys.Exists(AmongThemselves);
        }

        return result with
        {
            Rejections = [.. result.Rejections, .. rejections.Select(pair => new RejectedRows(pair.Key, pair.Value))],
        };

        async Task<bool> RejectAsync(string condition, string reason)
        {
            var rows = await staged.AskAsync($"DELETE FROM {staged.Stage} AS s WHERE {condition}", cancellationToken).ConfigureAwait(false);
            if (rows > 0)
                rejections[reason] = rejections.GetValueOrDefault(reason) + rows;
            return rows > 0;
        }
    }

    private bool AmongThemselves(RestoreTarget.Rule key) => !staged.Entry.ColumnsOnly && staged.Target.Holds(key.Parent!.Value);

    // MATCH SIMPLE: a key with a null in it refers to nothing. A table that refers to itself may find the parent among the staged rows.
    private string Orphan(RestoreTarget.Rule rule)
    {
        var pairs = rule
            .Columns.Zip(rule.ParentColumns, rule.Operators)
            .Select(pair => $"p.{ObjectName.Quote(pair.Second)} {pair.Third} s.{ObjectName.Quote(pair.First)}");
        var condition = string.Join(" AND ", pairs);
        var orphan = string.Join(
            " AND ",
            rule.Columns.Select(child => $"NOT {RowSql.IsNull($"s.{ObjectName.Quote(child)}")}")
                .Append($"NOT EXISTS (SELECT FROM {rule.ParentRows} AS p WHERE {condition})")
        );
        return AmongThemselves(rule) ? $"{orphan} AND NOT EXISTS (SELECT FROM {staged.Stage} AS p WHERE {condition})" : orphan;
    }
}
