using Mued.PsDb.Sql;

namespace Mued.PsDb.Restore;

/// <summary>How values of a table's row t and of a staged row s are compared, whatever stands in the search path.</summary>
internal static class RowSql
{
    /// <summary>Whether a value is null. IS NULL would ask the fields of a composite value; beside NULL itself no operator is looked up.</summary>
    public static string IsNull(string expression) => $"(({expression}) IS NOT DISTINCT FROM NULL)";

    /// <summary>Whether two values are the same. IS NOT DISTINCT FROM looks its operator up by the search path.</summary>
    public static string Equal(string one, string other) =>
        $"coalesce(({one})::pg_catalog.text {RestoreTarget.UniqueIndex.Builtin} ({other})::pg_catalog.text, {IsNull(one)} AND {IsNull(other)})";

    /// <summary>Whether both rows have the same in a column; as text, because not every type can be compared (json, point).</summary>
    public static string Equal(RestoreTarget.Column column) =>
        Equal($"t.{ObjectName.Quote(column.Name)}", $"s.{ObjectName.Quote(column.Name)}");

    /// <summary>Names of columns, one after the other.</summary>
    public static string List(IEnumerable<string> names) => string.Join(", ", names.Select(ObjectName.Quote));
}
