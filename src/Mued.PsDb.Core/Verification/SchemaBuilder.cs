using System.Data;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Verification;

/// <summary>
/// Makes a scratch database like a snapshot, by trying: it compares, runs what may end each difference, and compares again. No order of the
/// statements needs to be known; the one in which they ran is one that runs. Only for a database that is thrown away, and as a role that
/// may do nothing beyond it: what a schema holds may be anybody's, and some of it runs while it is made.
/// </summary>
/// <param name="scratch">The database.</param>
/// <param name="given">The checks, by kind and name, that differ from what is to be made and are left alone.</param>
internal sealed class SchemaBuilder(NpgsqlConnection scratch, IReadOnlySet<(string Kind, string Name)>? given = null)
{
    private const int MostRounds = 20;

    private readonly List<string> steps = [];
    private readonly HashSet<string> tried = new(StringComparer.Ordinal);
    private bool viewsDropped;

    /// <summary>Makes the database like the snapshot.</summary>
    /// <param name="goal">What it should be like; of the whole database, owners and privileges what its scope says.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The statements that ran, in their order, and the checks that differ all the same.</returns>
    public async Task<(IReadOnlyList<string> Steps, IReadOnlyList<SchemaCheck> Left)> MakeAsync(
        SchemaSnapshot goal,
        CancellationToken cancellationToken
    )
    {
        goal = Buildable(goal);
        await BeginAsync(cancellationToken).ConfigureAwait(false);
        for (var round = 0; ; round++)
        {
            var found = Buildable(await SchemaReader.ReadAsync(scratch, SchemaQuery.For(goal), cancellationToken).ConfigureAwait(false));
            var comparison = new SchemaComparison(goal, found, strict: true).Run();
            var checks = await NormalForm.SettleAsync(scratch, comparison, cancellationToken).ConfigureAwait(false);
            var left = checks
                .Where(check => check.Status != CheckStatus.Passed && given?.Contains((check.Kind, check.Name)) != true)
                .ToList();
            if (left.Count == 0 || round == MostRounds || !await AdvanceAsync(left, found, cancellationToken).ConfigureAwait(false))
                return (steps, left);
        }
    }

    /// <summary>
    /// A snapshot without what needs the name of its database, and what is state: connections, settings, versions of extensions, broken
    /// indexes, rows.
    /// </summary>
    public static SchemaSnapshot Buildable(SchemaSnapshot schema) =>
        schema with
        {
            // Only a superuser gives an object to anybody, and what a schema holds must not run as one.
            Owners = [],
            Scope = schema.Scope with { Owners = false },
            Privileges = [.. schema.Privileges.Where(privilege => privilege.Kind != "database")],
            Objects = [.. schema.Objects.Where(IsBuildable).Select(item => item.Kind == ObjectKind.Extension ? item.InAnyVersion() : item)],
            Relations =
            [
                .. schema.Relations.Select(relation =>
                    relation with
                    {
                        Indexes = [.. relation.Indexes.Select(index => index with { Invalid = false, NotReady = false })],
                        Constraints = [.. relation.Constraints.Select(constraint => constraint with { BrokenIndex = false })],
                    }
                ),
            ],
            Seeds = [],
            Forbidden = [],
            Integrity = null,
        };

    private static bool IsBuildable(ObjectSnapshot item) =>
        item.Kind is not (ObjectKind.Setting or ObjectKind.SecurityLabel or ObjectKind.Database or ObjectKind.Subscription);

    private async Task<bool> AdvanceAsync(IReadOnlyList<SchemaCheck> left, SchemaSnapshot found, CancellationToken cancellationToken)
    {
        // What does more harm is tried only where the rest has come to an end.
        for (var harm = 0; harm < 3; harm++)
        {
            var ways = left.Where(check => check.Ways.Count > harm)
                .Select(check => check.Ways[harm])
                .Where(way => !tried.Contains(way))
                .ToList();
            if (await RunAsync(ways, cancellationToken).ConfigureAwait(false))
                return true;
        }

        // Views stand on columns and functions, hold no rows, and come back in the next round.
        if (viewsDropped)
            return false;
        viewsDropped = true;
        tried.Clear();
        var kind = new RelationComparison();
        var views = found
            .Relations.Where(item => item.Kind is RelationKind.View or RelationKind.MaterializedView)
            .Select(kind.Drop)
            .ToList();
        return await RunAsync(views, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs what runs, again and again, until nothing more does.</summary>
    private async Task<bool> RunAsync(List<string> statements, CancellationToken cancellationToken)
    {
        var any = false;
        bool more;
        do
        {
            more = false;
            foreach (var statement in statements.ToList())
            {
                if (!await TryAsync(statement, cancellationToken).ConfigureAwait(false))
                    continue;
                statements.Remove(statement);
                tried.Add(statement);
                steps.Add(statement);
                (any, more) = (true, true);
            }
        } while (more && statements.Count > 0);
        return any;
    }

    private async Task<bool> TryAsync(string statement, CancellationToken cancellationToken)
    {
        try
        {
            var script = SqlScript.Parse(statement, "");
            await scratch
                .ExecuteAsync([.. script.Statements.Select(part => (BatchStep)script.TextOf(part))], cancellationToken)
                .ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is PostgresException or MuedException)
        {
            // An internal error of the server (XX000) costs the connection.
            if (scratch.State != ConnectionState.Open)
            {
                await scratch.CloseAsync().ConfigureAwait(false);
                await scratch.OpenAsync(cancellationToken).ConfigureAwait(false);
                await BeginAsync(cancellationToken).ConfigureAwait(false);
            }

            return false;
        }
    }

    // A function may be there before what its body names.
    private Task<int> BeginAsync(CancellationToken cancellationToken) =>
        scratch.ExecuteAsync([BatchStep.Unguarded("SET check_function_bodies = off")], cancellationToken);
}
