namespace Mued.PsDb.Inspection;

/// <summary>A column of the history table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, as format_type spells it.</param>
/// <param name="Rest">What its definition says besides.</param>
/// <param name="Format">The format that brought it.</param>
internal sealed record HistoryColumn(string Name, string Type, string Rest = "", int Format = 1)
{
    /// <summary>How a column is described that takes no NULL.</summary>
    public const string NotNull = ", not null";

    /// <summary>How a column is described that has a value of its own.</summary>
    public const string Default = ", default";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<HistoryColumn> All { get; } =
    [
        new("id", "bigint", "GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
        new("format", "integer", "NOT NULL", 2),
        new("migration", "text", "NOT NULL"),
        new("version", "text", "NOT NULL"),
        new("kind", "text", "NOT NULL"),
        new("run_id", "uuid", "NOT NULL"),
        new("text_sha256", "text", "NOT NULL"),
        new("sql_sha256", "text", "NOT NULL"),
        new("statements", "integer", "NOT NULL"),
        new("statements_done", "integer", "NOT NULL DEFAULT 0"),
        new("tool_version", "text", "NOT NULL"),
        new("runner", "text", "NOT NULL"),
        new("applied_by", "text", "NOT NULL DEFAULT current_user"),
        new("started_at", "timestamp with time zone", "NOT NULL DEFAULT clock_timestamp()"),
        new("finished_at", "timestamp with time zone"),
        new("lease_until", "timestamp with time zone"),
        new("undone_at", "timestamp with time zone"),
        new("undone_by", "text"),
        new("transaction_ids", "xid8[]", "NOT NULL DEFAULT ARRAY[]::xid8[]", 2),
        new("renamed_from", "text", "", 2),
        new("statement_begun", "integer", "NOT NULL DEFAULT 0", 2),
    ];

    /// <summary>Its definition in CREATE TABLE.</summary>
    public string Definition => $"{Name} {Type} {Rest}";

    /// <summary>Its definition in a table that has rows, which are of format 1.</summary>
    public string AddedDefinition => Name == "format" ? Definition + " DEFAULT 1" : Definition;

    /// <summary>What the catalogs say of it; what <see cref="NotNull"/> and <see cref="Default"/> name follows the type.</summary>
    public string Description =>
        $"{Name} {Type}"
        + (Rest.Contains("NOT NULL", StringComparison.Ordinal) || Rest.Contains("PRIMARY KEY", StringComparison.Ordinal) ? NotNull : "")
        + (Rest.Contains("DEFAULT", StringComparison.Ordinal) || Rest.Contains("GENERATED", StringComparison.Ordinal) ? Default : "");

    /// <summary>Those of a format.</summary>
    public static IEnumerable<HistoryColumn> Of(int format) => All.Where(column => column.Format <= format);

    /// <summary>Those that came after a format.</summary>
    public static IEnumerable<HistoryColumn> Since(int format) => All.Where(column => column.Format > format);
}
