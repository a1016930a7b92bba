using System.Globalization;
using Npgsql;

namespace Mued.PsDb.Health;

/// <summary>One row of a check's query.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Value">Its figure; null when it cannot be told.</param>
/// <param name="Facts">What the text says besides.</param>
/// <param name="MissingGrant">The statement after which the role may see the value; null where nothing is hidden from it.</param>
internal sealed record HealthFinding(string Name, decimal? Value, IReadOnlyList<string> Facts, string? MissingGrant = null)
{
    /// <summary>How many rows of each kind, told and untold, are worth being read.</summary>
    public const int Most = 10;

    /// <summary>How many there are in all; those beyond <see cref="Most"/> are not read.</summary>
    public long Total { get; init; } = 1;

    /// <summary>The worst of the rows that a query gives for each subject, whose name comes first in it.</summary>
    public static string Worst(string sql) =>
        $"""
            SELECT f.subject, f.name, f.value::float8, f.facts, f.missing, f.total
            FROM (SELECT q.*, row_number() OVER (PARTITION BY q.subject, q.value IS NULL ORDER BY q.value DESC, q.name) AS place,
                      count(*) OVER (PARTITION BY q.subject) AS total
                  FROM ({sql}) AS q (subject, name, value, facts, missing)) AS f
            WHERE f.place <= {Most.ToString(CultureInfo.InvariantCulture)} ORDER BY f.value DESC NULLS LAST, f.name
            """;

    /// <summary>Reads a row of it but for the subject.</summary>
    public static HealthFinding Of(NpgsqlDataReader reader) =>
        new(
            reader.GetString(1),
            reader.IsDBNull(2) ? null : Math.Round((decimal)reader.GetDouble(2), 4),
            [.. reader.GetFieldValue<string?[]>(3).Select(fact => fact ?? "")],
            reader.IsDBNull(4) ? null : reader.GetString(4)
        )
        {
            Total = reader.GetInt64(5),
        };
}
