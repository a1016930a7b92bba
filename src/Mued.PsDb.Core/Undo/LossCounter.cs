using Mued.PsDb.Backups;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>Counts what an undo takes.</summary>
internal static class LossCounter
{
    /// <summary>Counts the rows that are lost or changed; of those that a script updates the server has counted them.</summary>
    public static async Task<(IReadOnlyDictionary<uint, long> Rows, IReadOnlyList<ChangedTable> Changes)> CountAsync(
        NpgsqlConnection connection,
        DataLoss loss,
        CancellationToken cancellationToken
    )
    {
        var rewritten = loss.Images.Where(image => image.Image == RowImage.All);
        IReadOnlyList<LostRelation> counted = [.. loss.Relations, .. rewritten];
        var rows =
            counted.Count == 0
                ? []
                : await connection
                    .QueryAsync(
                        [
                            "SAVEPOINT mued_count",
                            BackupWriter.Settings,
                            TableLock.ForReading([.. counted.Select(relation => relation.Name).Distinct()]),
                            .. counted.Select(relation => $"SELECT count(*) FROM ONLY {relation.Name}"),
                            "ROLLBACK TO SAVEPOINT mued_count",
                        ],
                        async reader =>
                        {
                            var counts = new List<long>();
                            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                            foreach (var _ in counted)
                                counts.AddRange(await reader.RowsAsync(r => r.GetInt64(0), cancellationToken).ConfigureAwait(false));
                            return counts;
                        },
                        cancellationToken
                    )
                    .ConfigureAwait(false);
        var numbers = counted.Zip(rows).ToDictionary(pair => pair.First, pair => pair.Second);
        return (
            loss.Relations.ToDictionary(relation => relation.Oid, relation => numbers[relation]),
            [
                .. loss.Images.Select(image => new ChangedTable(
                    image.Name.ToString(),
                    numbers.TryGetValue(image, out var all)
                        ? all
                        : loss.Changes.Where(change => change.Oid == image.Oid).Sum(change => change.Updated + change.Deleted)
                )),
            ]
        );
    }
}
