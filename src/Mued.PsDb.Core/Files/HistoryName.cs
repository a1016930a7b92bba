using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Files;

/// <summary>The name of the table that holds the history of a folder's migrations, and of what stands beside it.</summary>
internal static class HistoryName
{
    /// <summary>The name unless the caller chooses another.</summary>
    public const string Default = "public.mued_schema_history";

    /// <summary>The history of a target: that which was asked for, and of a tenant the table of the same name in its own schema.</summary>
    /// <param name="tenant">The tenant's schema; null where the target is a database.</param>
    /// <param name="name">What was asked for.</param>
    /// <exception cref="MuedException">It was asked for in another schema (exit code 2).</exception>
    public static string Of(string? tenant, string name)
    {
        if (tenant is null)
            return name;
        var asked = ObjectName.Parse(name);
        return asked.Schema == tenant || asked.Schema == ObjectName.Parse(Default).Schema
            ? (asked with { Schema = tenant }).ToString()
            : throw Texts.Usage("TenantHistory", name, tenant);
    }

    /// <summary>The name of a history without its schema.</summary>
    public static string Alone(string name) => ObjectName.Quote(ObjectName.Parse(name).Name);

    /// <summary>The table of what undos took, beside a history.</summary>
    public static string Undone(ObjectName history) =>
        new ObjectName(history.Schema, (history.Name.Length <= 56 ? history.Name : history.Name[..56]) + "_undone").ToString();

    /// <summary>The tables that are no part of a schema: the history, and what stands beside it.</summary>
    public static IReadOnlyList<string> Tables(string history) => [history, Undone(ObjectName.Parse(history))];
}
