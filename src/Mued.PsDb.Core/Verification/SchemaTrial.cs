using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Verification;

/// <summary>
/// Finds the statements that make one schema like another, and proves them: in a sandbox of its own it makes an empty copy of the target,
/// then makes that like the reference. Nothing of it touches the servers that are compared, and what they hold runs under a role that may do
/// nothing beyond its own database: a default or an index may call a function while it is made.
/// </summary>
internal static partial class SchemaTrial
{
    private const string Owner = "mued_trial";

    /// <summary>The target with its statements.</summary>
    /// <param name="compared">The target, compared.</param>
    /// <param name="reference">What it should be like.</param>
    /// <param name="target">What it is like.</param>
    /// <param name="cancellationToken">Cancels; the sandbox is thrown away all the same.</param>
    public static async Task<ComparedSchema> RunAsync(
        ComparedSchema compared,
        SchemaSnapshot reference,
        SchemaSnapshot target,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var server = await SandboxServer.StartAsync(new(), cancellationToken).ConfigureAwait(false);
            await using var _ = server.ConfigureAwait(false);
            var roles = RolesOf([reference, target]).ToDictionary(name => name, name => $"{Owner}_{name}");
            var connection = await OpenAsync(server, roles.Values, cancellationToken).ConfigureAwait(false);
            await using var __ = connection.ConfigureAwait(false);
            var (goal, start) = (reference.WithRoles(roles), target.WithRoles(roles));

            var copy = await new SchemaBuilder(connection).MakeAsync(start, cancellationToken).ConfigureAwait(false);
            var given = copy.Left.Select(check => (check.Kind, check.Name)).ToHashSet();
            var (steps, left) = await new SchemaBuilder(connection, given).MakeAsync(goal, cancellationToken).ConfigureAwait(false);
            // Of these nothing could be tried: what only a superuser makes, and the properties of the database itself.
            var beyond = Beyond(
                compared.Differences,
                reference,
                target,
                [.. given.Select(check => (check.Kind, WithOwnNames(check.Name, roles)))]
            );
            return compared with
            {
                Statements = [.. steps.Select(sql => Proven(sql, roles)), .. Untried(beyond)],
                Proven = left.Count == 0 && beyond.Count == 0,
                Remark =
                    left.Count > 0 ? Texts.Get("Compare.Left", Names(left, roles))
                    : beyond.Count > 0 ? Texts.Get("Compare.Beyond", Names(beyond, roles))
                    : copy.Left.Count > 0 ? Texts.Get("Compare.Part", server.ServerVersion, Names(copy.Left, roles))
                    : Texts.Get("Compare.Proven", server.ServerVersion),
            };
        }
        catch (Exception e) when (e is MuedException or NpgsqlException && !cancellationToken.IsCancellationRequested)
        {
            return compared with { Statements = Untried(compared.Differences), Remark = Texts.Get("Compare.NoSandbox", e.Message) };
        }
    }

    private static SchemaStatement Proven(string sql, Dictionary<string, string> roles)
    {
        var statement = WithOwnNames(sql, roles);
        return new(statement, RiskOf(statement)) { Proven = true };
    }

    private static string WithOwnNames(string text, Dictionary<string, string> roles) =>
        roles
            .OrderByDescending(role => role.Value.Length)
            .Aggregate(
                text,
                (all, role) =>
                    all.Replace(ObjectName.Quote(role.Value), ObjectName.Quote(role.Key), StringComparison.Ordinal)
                        .Replace(role.Value, role.Key, StringComparison.Ordinal)
            );

    /// <summary>Opens a database of the sandbox as a role that is no superuser, and may become each of these, which are none either.</summary>
    private static async Task<NpgsqlConnection> OpenAsync(
        SandboxServer server,
        IEnumerable<string> roles,
        CancellationToken cancellationToken
    )
    {
        var password = RandomNumberGenerator.GetHexString(32);
        var settings = ConnectionSettings.Resolve(new() { Connection = server.Url, ConnectionSource = "sandbox" });
        var connection = await settings.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        List<string> statements =
        [
            $"CREATE ROLE {Owner} LOGIN PASSWORD {SqlString.Literal(password)}",
            .. roles.Select(role => $"CREATE ROLE {SqlIdentifier.Quote(role)} ROLE {Owner}"),
            $"CREATE DATABASE {Owner} OWNER {Owner} TEMPLATE template0",
        ];
        foreach (var statement in statements)
            await connection.ExecuteAsync([BatchStep.Bare(statement)], cancellationToken).ConfigureAwait(false);
        return await settings.WithDatabase(Owner).WithCredential(Owner, password).OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    private static List<SchemaStatement> Untried(IReadOnlyList<SchemaCheck> differences) =>
        [.. differences.Where(check => check.Ways.Count > 0).Select(check => new SchemaStatement(check.Ways[0], RiskOf(check.Ways[0])))];

    private static List<SchemaCheck> Beyond(
        IReadOnlyList<SchemaCheck> differences,
        SchemaSnapshot reference,
        SchemaSnapshot target,
        HashSet<(string Kind, string Name)> given
    )
    {
        var tried = new SchemaComparison(SchemaBuilder.Buildable(reference), SchemaBuilder.Buildable(target), strict: true)
            .Run()
            .Checks.Where(check => check.Status != CheckStatus.Passed)
            .Select(check => (check.Kind, check.Name))
            .ToHashSet();
        return
        [
            .. differences.Where(check =>
                (given.Contains((check.Kind, check.Name)) || !tried.Contains((check.Kind, check.Name)))
                && !OwnerFollows(check, reference, target)
            ),
        ];
    }

    // The owner of what goes goes with it, and what is made belongs to who makes it: that is taken to be the owner of the database.
    private static bool OwnerFollows(SchemaCheck check, SchemaSnapshot reference, SchemaSnapshot target)
    {
        var maker = target.Owners.FirstOrDefault(owner => owner.Kind == "database")?.Role;
        var kind = new OwnerComparison();
        return reference.Owners.Concat(target.Owners).FirstOrDefault(owner => kind.KindOf(owner) == check.Kind && owner.Name == check.Name)
                is { } owned
            && (check.Status == CheckStatus.Unexpected || (check.Status == CheckStatus.Missing && owned.Role == maker));
    }

    private static string Names(IReadOnlyList<SchemaCheck> checks, Dictionary<string, string> roles)
    {
        const int most = 5;
        var causes = checks.Select(check => $"{check.Kind} {check.Name}").ToList();
        return WithOwnNames(string.Join(", ", causes.Take(most)), roles) + (causes.Count > most ? $" (+{causes.Count - most})" : "");
    }

    private static StatementRisk RiskOf(string sql) =>
        Loses().IsMatch(sql) ? StatementRisk.LosesRows
        : Depends().IsMatch(sql) ? StatementRisk.DependsOnRows
        : StatementRisk.None;

    private static IEnumerable<string> RolesOf(SchemaSnapshot[] schemas) =>
        schemas
            .SelectMany(schema =>
                schema
                    .Owners.Select(owner => owner.Role)
                    .Concat(schema.Privileges.Select(privilege => privilege.Role))
                    .Concat(schema.Relations.SelectMany(relation => relation.Policies).SelectMany(policy => policy.Roles))
                    .Concat(
                        schema
                            .Privileges.Where(privilege => privilege.Kind == "default acl")
                            .Select(privilege => DefaultsOf(privilege.Name))
                    )
                    .Concat(schema.Objects.Where(item => item.Kind == ObjectKind.UserMapping).Select(item => MappedIn(item.Name)))
            )
            .Where(name => name is not ("" or "PUBLIC" or "public"))
            .Distinct();

    private static string DefaultsOf(string name) =>
        RoleOfDefaults().Match(name) is { Success: true } match ? Unquoted(match.Groups[1].Value) : "";

    private static string MappedIn(string name) =>
        RoleOfMapping().Match(name) is { Success: true } match ? Unquoted(match.Groups[1].Value) : "";

    private static string Unquoted(string name) => ObjectName.Parse("x." + name).Name;

    [GeneratedRegex(@"^DROP (TABLE|FOREIGN TABLE|SEQUENCE|EXTENSION)\b|\bDROP COLUMN\b")]
    private static partial Regex Loses();

    [GeneratedRegex(
        @"\bSET NOT NULL\b|\bADD COLUMN\b(?!.*\bDEFAULT\b).*\bNOT NULL\b|\bADD CONSTRAINT\b|\bVALIDATE\b|\bUSING .*::|^CREATE UNIQUE|; CREATE UNIQUE"
    )]
    private static partial Regex Depends();

    [GeneratedRegex("""^for role ("(?:[^"]|"")+"|\S+) """)]
    private static partial Regex RoleOfDefaults();

    [GeneratedRegex("""^FOR ("(?:[^"]|"")+"|(?!PUBLIC )\S+) SERVER """)]
    private static partial Regex RoleOfMapping();
}
