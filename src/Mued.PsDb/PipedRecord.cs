using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>
/// What comes down the pipeline: a record that this module gave, perhaps in another session, whose records are deserialized and know no
/// database; such a record that was a row of a CSV file or JSON meanwhile, which has its properties and not its type; or anything else.
/// </summary>
internal static class PipedRecord
{
    private static readonly string[] ConnectionNames = [nameof(MuedCmdlet.Connection), "ConnectionString", "DatabaseUrl", "Url"];

    /// <summary>Whether an object is a record of this module, of whatever session, or is a row and tells of a migration as one does.</summary>
    public static bool Is(PSObject? value) => IsOf(value, "") || (value is not null && IsRow(value) && ConnectionOf(value) is null);

    /// <summary>
    /// The name of the migration that an object is about; null where it is about none. What has a name and no database is no target, so
    /// that its name is that of a migration, or is refused as none.
    /// </summary>
    public static string? MigrationOf(PSObject? value) =>
        value?.Properties[nameof(MigrationInfo.Name)]?.Value is string { Length: > 0 } name && (IsRow(value) || ConnectionOf(value) is null)
            ? name
            : null;

    /// <summary>The database that the record of a migration says it is of; null for none.</summary>
    public static string? TargetOf(PSObject? value) =>
        MigrationOf(value) is not null && value!.Properties[nameof(MigrationInfo.Target)]?.Value is string { Length: > 0 } target
            ? target
            : null;

    /// <summary>Whether an object is the report of a command, and so is about a database and a folder.</summary>
    public static bool IsReport(PSObject value) =>
        value.TypeNames.Any(name => Of(name, "") && name.EndsWith("Report", StringComparison.Ordinal));

    /// <summary>Whether an object is a plan.</summary>
    public static bool IsPlan(PSObject? value) => IsOf(value, nameof(MigrationPlanReport));

    /// <summary>Whether a record's Path is a backup, and so no folder of migrations.</summary>
    public static bool IsOfBackup(PSObject? value) => IsOf(value, nameof(RestoreReport));

    /// <summary>Whether an object is a text, as the lines of a file are.</summary>
    public static bool IsText(PSObject? value) => value?.BaseObject is string;

    /// <summary>What an object names as its connection by one of the names of the parameter; null for nothing.</summary>
    public static object? ConnectionOf(PSObject value) =>
        ConnectionNames.Select(name => value.Properties[name]?.Value).FirstOrDefault(found => found is not null);

    private static bool IsRow(PSObject value) =>
        value.Properties[nameof(MigrationInfo.Version)] is not null
        && Enum.GetNames<MigrationState>().Contains(value.Properties[nameof(MigrationInfo.State)]?.Value?.ToString());

    private static bool IsOf(PSObject? value, string type) => value?.TypeNames.Any(name => Of(name, type)) ?? false;

    // "Deserialized.Mued.PsDb.MigrationInfo" after remoting and jobs, "Selected.Mued.PsDb.MigrationInfo" after Select-Object.
    private static bool Of(string typeName, string type) =>
        type.Length == 0
            ? typeName.Contains("Mued.PsDb.", StringComparison.Ordinal)
            : typeName.EndsWith("Mued.PsDb." + type, StringComparison.Ordinal);
}
