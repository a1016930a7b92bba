using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Importing;

/// <summary>Another tool's history of the migrations of a folder.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Table">Its table.</param>
/// <param name="Entries">What it says, the newest last.</param>
internal sealed record ForeignHistory(HistoryTool Tool, ObjectName Table, IReadOnlyList<ForeignEntry> Entries)
{
    private readonly ILookup<object, ForeignEntry> byKey = Entries
        .SelectMany(entry => Tool.KeysOf(entry).Select(key => (key, entry)))
        .ToLookup(item => item.key, item => item.entry);

    /// <summary>Reads the history of the tool that a folder was made for; null where the target has none. The table is only read.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="inspection">What it was found to have.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="tenant">The schema of a tenant, whose own table it must be; null where the target is a database.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <exception cref="MuedException">Several tables may be meant (exit code 2).</exception>
    public static async Task<ForeignHistory?> ReadAsync(
        NpgsqlConnection connection,
        DatabaseInspection inspection,
        MigrationFolder folder,
        string? tenant,
        CancellationToken cancellationToken
    )
    {
        var found = (
            from tool in HistoryTools.All
            where tool.Layouts.Contains(folder.Layout)
            from table in inspection.ForeignTables
            where tool.Owns(table) && (tenant is null || table.Name.Schema == tenant)
            select (Tool: tool, table.Name)
        ).ToList();

        // Applications bring tables of these names in schemas of their own.
        if (found.FindAll(item => item.Tool.Schema is not null || item.Name.Schema == inspection.Facts.Schema) is { Count: > 0 } near)
            found = near;
        if (found.Count == 0)
            return null;
        if (found.Count > 1)
            throw Texts.Usage("ImportAmbiguous", string.Join(", ", found.Select(item => $"{item.Name} ({item.Tool.Name})")));
        var entries = await connection
            .QueryAsync(
                [ServerLimits.LiftInBatch(), found[0].Tool.Query("ONLY " + found[0].Name)],
                reader => reader.RowsAsync(Read, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
        return new(found[0].Tool, found[0].Name, entries);
    }

    /// <summary>Stops where another tool's history knows a migration of the folder: it is to be taken over.</summary>
    /// <exception cref="MuedException">It does (exit code 2).</exception>
    public static async Task RejectAsync(
        NpgsqlConnection connection,
        DatabaseInspection inspection,
        MigrationFolder folder,
        (HistoryTable History, string? Tenant) ours,
        CancellationToken cancellationToken
    )
    {
        var foreign = await ReadAsync(connection, inspection, folder, ours.Tenant, cancellationToken).ConfigureAwait(false);
        if (foreign is not null && folder.Files.Any(file => !file.Excluded && foreign.EntryOf(file) is not null))
            throw Texts.Usage("HistoryElsewhere", foreign.Tool.Name, foreign.Table, ours.History.Name);
    }

    /// <summary>The entry of a file; null where it was not applied.</summary>
    public ForeignEntry? EntryOf(MigrationFile file) =>
        (Tool.KeyOf(file) is { } key ? byKey[key].FirstOrDefault() : null)
        ?? Entries.FirstOrDefault(entry =>
            entry.State == ForeignState.Below
            && !file.Repeatable
            && MigrationVersion.TryParse(entry.Key, out var version)
            && file.Version.CompareTo(version) <= 0
        );

    private static ForeignEntry Read(NpgsqlDataReader row) =>
        new(
            row.GetString(0),
            Enum.Parse<ForeignState>(row.GetString(1)),
            row.IsDBNull(2) ? null : row.GetFieldValue<DateTimeOffset>(2),
            row.IsDBNull(3) ? null : row.GetString(3),
            row.IsDBNull(4) ? null : row.GetString(4)
        );
}
