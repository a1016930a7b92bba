using System.Text.Json;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Health;

/// <summary>What an earlier report says of sizes.</summary>
/// <param name="Time">When it was made.</param>
/// <param name="Bytes">Bytes of the database.</param>
/// <param name="Tables">Bytes of the tables with their indexes, by name.</param>
internal sealed record EarlierReport(DateTimeOffset Time, long Bytes, IReadOnlyDictionary<string, long> Tables)
{
    /// <summary>Reads a report of <c>Test-MuedHealth</c>; null where none is named.</summary>
    /// <exception cref="MuedException">It cannot be read, is another report, or one of another database (exit code 2).</exception>
    public static EarlierReport? Read(string? path, string database)
    {
        if (path is null)
            return null;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var target = document.RootElement.GetProperty("target").GetString()!;
            if (!target.EndsWith("/" + database, StringComparison.Ordinal))
                throw Texts.Usage("HealthSinceOther", path, target, database);
            var size = document.RootElement.GetProperty("size");
            return new(
                document.RootElement.GetProperty("startedAt").GetDateTimeOffset(),
                size.GetProperty("bytes").GetInt64(),
                size.GetProperty("tables")
                    .EnumerateArray()
                    .ToDictionary(
                        table => table.GetProperty("name").GetString()!,
                        table => table.GetProperty("bytes").GetInt64() + table.GetProperty("indexBytes").GetInt64()
                    )
            );
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
                        or ArgumentException
            )
        {
            throw Texts.Error("HealthSinceUnreadable", ExitCode.Usage, new ErrorPlace(path), e, path, e.Message);
        }
    }
}
