using System.Globalization;
using Mued.PsDb.Inspection;

namespace Mued.PsDb.Backups;

/// <summary>What rollback scripts do to large objects.</summary>
/// <param name="Unlinked">Those that go.</param>
/// <param name="Replaced">Those that go and are made again under their numbers, or get another owner.</param>
/// <param name="Writes">How many pieces of 2 kB are written, of whichever; 1 where the server does not count.</param>
internal sealed record LargeObjectLoss(IReadOnlyList<uint> Unlinked, IReadOnlyList<uint> Replaced, long Writes)
{
    /// <summary>The table with the digests of all others as they were before the scripts, which the undo makes and drops again.</summary>
    public string Before { get; init; } = "";

    /// <summary>The numbers of all that are copied; empty where they are more than <see cref="UndoneTable.Most"/>.</summary>
    public IReadOnlyList<uint> Copied { get; init; } = [];

    /// <summary>Nothing.</summary>
    public static LargeObjectLoss None { get; } = new([], [], 0);

    /// <summary>A query for the numbers of those that stay, with other content.</summary>
    public string Overwritten =>
        $"SELECT pg_catalog.unnest('{Array(Replaced)}'::oid[]){(Writes > 0 ? $" UNION SELECT id FROM {Before} WHERE changed" : "")}";

    /// <summary>A query for the numbers of all that are known to go or to be overwritten.</summary>
    public string Named => $"SELECT pg_catalog.unnest('{Array(Unlinked)}'::oid[]) UNION {Overwritten}";

    /// <summary>A query for <see cref="Before"/>.</summary>
    public string Others =>
        $"""
            SELECT d.oid AS id, d.digest, false AS changed FROM (
                {LargeObjectContent.Digests(
                $"SELECT oid FROM pg_catalog.pg_largeobject_metadata WHERE oid <> ALL ('{Array([.. Unlinked, .. Replaced])}'::oid[])"
            )}
            ) AS d
            """;

    /// <summary>A query, after the scripts, for the numbers of those that hold something else than before.</summary>
    public string Changed =>
        $"""
            SELECT b.id FROM {Before} AS b LEFT JOIN ({LargeObjectContent.Digests($"SELECT id FROM {Before}")}) AS d ON d.oid = b.id
            WHERE d.digest IS DISTINCT FROM b.digest
            """;

    /// <summary>Whether more is done here than there.</summary>
    public bool TakesMoreThan(LargeObjectLoss other) =>
        Writes > other.Writes || Unlinked.Except(other.Unlinked).Any() || Replaced.Except(other.Replaced).Any();

    private static string Array(IReadOnlyList<uint> oids) =>
        $"{{{string.Join(",", oids.Select(oid => oid.ToString(CultureInfo.InvariantCulture)))}}}";
}
