using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>
/// What comes down the pipeline, where it is a record that this module gave; perhaps in another session, whose records are
/// deserialized and know no database.
/// </summary>
internal static class PipedRecord
{
    /// <summary>Whether an object is a record of this module, of whatever session.</summary>
    public static bool Is(PSObject? value) => value?.TypeNames.Any(name => Of(name, "")) ?? false;

    /// <summary>The name of the migration that a record of Get-MuedMigration is about; null for everything else.</summary>
    public static string? MigrationOf(PSObject? value) =>
        value is not null && value.TypeNames.Any(name => Of(name, nameof(MigrationInfo)))
            ? value.Properties[nameof(MigrationInfo.Name)]?.Value as string
            : null;

    /// <summary>Whether a record's Path is a backup, and so no folder of migrations.</summary>
    public static bool IsOfBackup(PSObject? value) => value?.TypeNames.Any(name => Of(name, nameof(RestoreReport))) ?? false;

    // "Deserialized.Mued.PsDb.MigrationInfo" after remoting and jobs, "Selected.Mued.PsDb.MigrationInfo" after Select-Object.
    private static bool Of(string typeName, string type) =>
        type.Length == 0
            ? typeName.Contains("Mued.PsDb.", StringComparison.Ordinal)
            : typeName.EndsWith("Mued.PsDb." + type, StringComparison.Ordinal);
}
