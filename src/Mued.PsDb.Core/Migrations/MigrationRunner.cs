namespace Mued.PsDb;

/// <summary>Applies the migrations of a folder to a database.</summary>
public static class MigrationRunner
{
}
