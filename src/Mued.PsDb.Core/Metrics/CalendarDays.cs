using System.Globalization;
using System.Text.RegularExpressions;
using Mued.PsDb.Foundation;
using Npgsql;
using NpgsqlTypes;

namespace Mued.PsDb.Metrics;

/// <summary>Calendar days and their time zone, as they travel to the server and as a person reads them.</summary>
internal static partial class CalendarDays
{
    /// <summary>A day for people.</summary>
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A day as a parameter, perhaps null.</summary>
    public static NpgsqlParameter Parameter(DateOnly? day) =>
        new() { NpgsqlDbType = NpgsqlDbType.Date, Value = day is { } value ? value : DBNull.Value };

    /// <summary>
    /// Refuses what cannot be the name of a time zone. Whether there is one of this name is the server's to say; but it also takes POSIX
    /// specifications such as UTC+9, which lies nine hours west (PostgreSQL manual, POSIX Time Zone Specifications).
    /// </summary>
    /// <exception cref="MuedException">It is no such name (exit code 2).</exception>
    public static void CheckTimeZone(string name)
    {
        if (!Name().IsMatch(name))
            throw Texts.Usage("TimeZoneUnknown", name, Texts.Get("NotAZoneName", name), "");
    }

    [GeneratedRegex("^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$")]
    private static partial Regex Name();
}
