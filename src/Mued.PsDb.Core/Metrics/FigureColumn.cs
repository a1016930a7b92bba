using System.Globalization;
using Npgsql;

namespace Mued.PsDb.Metrics;

/// <summary>A figure as it comes from the server: as text, so that no digit is lost, and null where it is not known.</summary>
internal static class FigureColumn
{
    public static decimal? Number(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : decimal.Parse(reader.GetString(column), CultureInfo.InvariantCulture);

    public static int? Whole(this NpgsqlDataReader reader, int column) => (int?)reader.Number(column);
}
