using System.Globalization;
using Mued.PsDb.Backups;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Restore;

/// <summary>The rows of one file on their way into a table: where they wait, which of them are in the table, and who asks the server.</summary>
internal sealed class StagedRows
{
    /// <param name="session">What all tables share.</param>
    /// <param name="entry">The file.</param>
    /// <param name="target">The table.</param>
    /// <param name="number">The file's number, which tells its temporary tables apart.</param>
    public StagedRows(RestoreSession session, BackupEntry entry, RestoreTarget target, int number)
    {
        (Session, Entry, Target) = (session, entry, target);
        Stage = string.Create(CultureInfo.InvariantCulture, $"pg_temp.mued_stage_{number}");
        Match = string.Create(CultureInfo.InvariantCulture, $"pg_temp.mued_match_{number}");

        // Columns that a file of their own brings are its business.
        var later = session
            .Backup.Manifest.Entries.Where(other => other.ColumnsOnly && other != entry && other.Name == entry.Name)
            .SelectMany(other => other.Columns.Select(column => column.Name).Except(other.Key))
            .ToList();
        Own = [.. entry.Columns.Where(column => !later.Contains(column.Name)).Select(column => target.Columns[column.Name])];
        Columns = RowSql.List(entry.Columns.Select(column => column.Name));
    }

    /// <summary>What all tables share.</summary>
    public RestoreSession Session { get; }

    /// <summary>The file.</summary>
    public BackupEntry Entry { get; }

    /// <summary>The table.</summary>
    public RestoreTarget Target { get; }

    /// <summary>The temporary table of the rows.</summary>
    public string Stage { get; }

    /// <summary>The temporary table of which row of the table (part, old) is which of the staged (new).</summary>
    public string Match { get; }

    /// <summary>The columns that this file alone brings.</summary>
    public IReadOnlyList<RestoreTarget.Column> Own { get; }

    /// <summary>The columns of the file, as SQL.</summary>
    public string Columns { get; }

    /// <summary>Inserts rows into the table. Returns how many.</summary>
    public Task<int> InsertAsync(string source, CancellationToken cancellationToken) =>
        AskAsync($"INSERT INTO {Target.Name} {Entry.Into} OVERRIDING SYSTEM VALUE SELECT {Columns} FROM {source}", cancellationToken);

    /// <summary>
    /// Executes what evaluates expressions of the table's own, its checks, defaults and indexes: what these call may count on the session's
    /// search path. Whatever else stands in it is named in full.
    /// </summary>
    public Task<int> AskAsync(string sql, CancellationToken cancellationToken) =>
        Session.Connection.ExecuteAsync([BatchStep.Unguarded(sql)], cancellationToken);

    /// <summary>Executes a statement of our own. Returns how many rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken) =>
        Session.Connection.ExecuteAsync([sql], cancellationToken);

    /// <summary>Executes statements. Returns the first value.</summary>
    public async Task<T> ScalarAsync<T>(BatchStep[] steps, CancellationToken cancellationToken) =>
        (T)(await Session.Connection.ScalarAsync(steps, cancellationToken).ConfigureAwait(false))!;
}
