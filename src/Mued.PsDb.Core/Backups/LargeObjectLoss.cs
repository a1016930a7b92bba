using System.Globalization;
using Mued.PsDb.Inspection;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Backups;

/// <summary>What rollback scripts do to large objects.</summary>
/// <param name="Unlinked">Those that go.</param>
/// <param name="Replaced">Those that go and are made again under their numbers, or get another owner.</param>
/// <param name="Writes">How many pieces of 2 kB are written, of whichever; 1 where the server does not count.</param>
internal sealed record LargeObjectLoss(IReadOnlyList<uint> Unlinked, IReadOnlyList<uint> Replaced, long Writes)
{
    /// <summary>Whether this role sees the pieces of all, and with them who wrote them: then no other need be read. A query.</summary>
    public const string PiecesSeen = "SELECT pg_catalog.has_table_privilege('pg_catalog.pg_largeobject', 'SELECT')";

    /// <summary>The table with the others that the scripts may write to, or have written to, which the undo makes and drops again.</summary>
    public string Before { get; init; } = "";

    /// <summary>The numbers of all that are copied; empty where they are more than <see cref="UndoneTable.Most"/>.</summary>
    public IReadOnlyList<uint> Copied { get; init; } = [];

    /// <summary>Nothing.</summary>
    public static LargeObjectLoss None { get; } = new([], [], 0);

    /// <summary>Whether there may be any.</summary>
    public bool Any => Unlinked.Count + Replaced.Count + Writes > 0;

    /// <summary>A query for the numbers of those that stay, with other content.</summary>
    public string Overwritten =>
        $"SELECT pg_catalog.unnest('{Array(Replaced)}'::oid[]){(Writes > 0 ? $" UNION SELECT id FROM {Before} WHERE changed" : "")}";

    /// <summary>A query for the numbers of all that are known to go or to be overwritten.</summary>
    public string Named => $"SELECT pg_catalog.unnest('{Array(Unlinked)}'::oid[]) UNION {Overwritten}";

    /// <summary>A query for <see cref="Before"/>, before the scripts.</summary>
    public string Others(bool piecesSeen) =>
        piecesSeen
            ? "SELECT 0::oid AS id, ''::text AS digest, false AS changed WHERE false"
            : $"""
                SELECT d.oid AS id, d.digest, false AS changed FROM (
                    {LargeObjectContent.Digests(
                    $"SELECT m.oid FROM pg_catalog.pg_largeobject_metadata AS m WHERE {IsOther("m.oid")} AND {LargeObjectContent.Writable}"
                )}
                ) AS d
                """;

    /// <summary>
    /// A query, after the scripts: those that hold something else than before; or those in which this transaction may have written a piece, with
    /// what they hold now: every change of content writes one, and <see cref="Mark"/> compares.
    /// </summary>
    public string Changed(bool piecesSeen) =>
        piecesSeen
            ? $"""
                SELECT d.oid || ' ' || d.digest AS id FROM ({LargeObjectContent.Digests(
                    $"SELECT DISTINCT loid FROM pg_catalog.pg_largeobject WHERE {OwnTransaction.MayHaveWritten} AND {IsOther("loid")}"
                )}) AS d
                """
            : $"""
                SELECT b.id FROM {Before} AS b LEFT JOIN ({LargeObjectContent.Digests($"SELECT id FROM {Before}")}) AS d ON d.oid = b.id
                WHERE d.digest IS DISTINCT FROM b.digest
                """;

    /// <summary>Marks in <see cref="Before"/> what <see cref="Changed"/> has found, $1, now that all is again as before the scripts.</summary>
    public string Mark(bool piecesSeen) =>
        piecesSeen
            ? $"""
                INSERT INTO {Before} SELECT d.oid, d.digest, true FROM ({LargeObjectContent.Digests(
                    "SELECT pg_catalog.split_part(f, ' ', 1)::oid FROM pg_catalog.unnest($1) AS f"
                )}) AS d WHERE d.oid || ' ' || d.digest NOT IN (SELECT pg_catalog.unnest($1))
                """
            : $"UPDATE {Before} AS b SET changed = true FROM pg_catalog.unnest($1) AS f WHERE b.id = f::oid";

    /// <summary>Whether more is done here than there.</summary>
    public bool TakesMoreThan(LargeObjectLoss other) =>
        Writes > other.Writes || Unlinked.Except(other.Unlinked).Any() || Replaced.Except(other.Replaced).Any();

    private string IsOther(string oid) => $"{oid} <> ALL ('{Array([.. Unlinked, .. Replaced])}'::oid[])";

    private static string Array(IReadOnlyList<uint> oids) =>
        $"{{{string.Join(",", oids.Select(oid => oid.ToString(CultureInfo.InvariantCulture)))}}}";
}
