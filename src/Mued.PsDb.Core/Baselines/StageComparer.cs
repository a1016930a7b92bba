using Mued.PsDb.Schema;
using Npgsql;

namespace Mued.PsDb.Baselines;

/// <summary>
/// Holds a database against the stages of a folder. What any stage makes must be there just as this stage leaves it: also what an earlier
/// one made and this one has dropped must be gone, or a folder that ends with a DROP would fit a database that has not run it. What no
/// stage makes is not the folder's, and only told.
/// </summary>
/// <param name="stages">The stages.</param>
/// <param name="ground">The sandbox before and after it got what the folder builds on; the database has its own.</param>
/// <param name="target">The database.</param>
internal sealed class StageComparer(
    IReadOnlyList<SchemaStage> stages,
    (SchemaSnapshot Before, SchemaSnapshot After)? ground,
    SchemaSnapshot target
)
{
    private readonly SchemaScope scope = new()
    {
        Schemas = [.. stages.SelectMany(stage => stage.Schema.Scope.Schemas).Concat(target.Scope.Schemas).Distinct()],
        Database = true,
    };

    /// <summary>Compares each stage.</summary>
    /// <param name="connection">The database, which is asked whether texts mean the same.</param>
    /// <param name="cancellationToken">Cancels the query on the server.</param>
    public async Task<IReadOnlyList<StageDistance>> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var made = stages.Select(stage => stage.Schema).Distinct(ReferenceEqualityComparer.Instance).Cast<SchemaSnapshot>();
        var ours = made.SelectMany(KeysOf).ToHashSet();
        if (ground is var (before, after))
            ours.ExceptWith(KeysOf(after).Except(KeysOf(before)));
        var distances = new List<StageDistance>();
        foreach (var stage in stages)
        {
            if (distances.Count > 0 && ReferenceEquals(distances[^1].Stage.Schema, stage.Schema))
            {
                distances.Add(distances[^1] with { Stage = stage });
                continue;
            }

            var comparison = new SchemaComparison(stage.Schema with { Scope = scope }, target with { Scope = scope }, strict: true).Run();
            var checks = await NormalForm.SettleAsync(connection, comparison, cancellationToken).ConfigureAwait(false);
            var extra = checks.Where(check => check is { Status: CheckStatus.Unexpected, Cause: null } && !ours.Contains(KeyOf(check)));
            distances.Add(
                new(
                    stage,
                    [.. checks.Where(check => ours.Contains(KeyOf(check)))],
                    [.. extra.Select(check => $"{check.Kind} {check.Name}")]
                )
            );
        }

        return distances;
    }

    private static (string Kind, string Name) KeyOf(SchemaCheck check) => (check.Kind, check.Name);

    private IEnumerable<(string Kind, string Name)> KeysOf(SchemaSnapshot schema)
    {
        var whole = schema with { Scope = scope };
        return new SchemaComparison(whole, whole, strict: true).Run().Checks.Select(KeyOf);
    }
}
