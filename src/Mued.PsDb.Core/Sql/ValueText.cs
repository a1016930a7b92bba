namespace Mued.PsDb.Sql;

/// <summary>
/// The settings that the text of values depends on, so that it is the same whatever a role, a database or a script has set (PostgreSQL
/// manual, Client Connection Defaults).
/// </summary>
internal static class ValueText
{
    private static readonly (string Name, string Value)[] Settings =
    [
        ("DateStyle", "ISO, YMD"),
        ("IntervalStyle", "postgres"),
        ("extra_float_digits", "1"),
        ("bytea_output", "hex"),
        ("lc_monetary", "C"),
        ("TimeZone", "UTC"),
    ];

    /// <summary>Sets them to the end of the transaction or savepoint.</summary>
    public static string Set { get; } =
        $"SELECT {string.Join(", ", Settings.Select(setting => $"set_config('{setting.Name}', '{setting.Value}', true)"))}";

    /// <summary>Sets them and remembers what they were, as PL/pgSQL; once in a transaction, and then <see cref="Forget"/>.</summary>
    public static string Keep { get; } =
        string.Concat(
            Settings.Select(setting =>
                $"PERFORM set_config('mued.{setting.Name}', current_setting('{setting.Name}'), true), set_config('{setting.Name}', '{setting.Value}', true);\n"
            )
        );

    /// <summary>Makes them what they were before <see cref="Keep"/>, as PL/pgSQL.</summary>
    public static string Forget { get; } =
        string.Concat(Settings.Select(setting => $"PERFORM set_config('{setting.Name}', current_setting('mued.{setting.Name}'), true);\n"));
}
