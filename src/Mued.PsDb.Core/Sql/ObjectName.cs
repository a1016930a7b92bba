namespace Mued.PsDb.Sql;

/// <summary>
/// The name of an object in a schema. Its text is SQL: each part is quoted where it must be (PostgreSQL manual 4.1.1), so the
/// same text serves a person, a file and a statement.
/// </summary>
/// <param name="Schema">The schema, unquoted.</param>
/// <param name="Name">The name, unquoted.</param>
internal readonly record struct ObjectName(string Schema, string Name) : IComparable<ObjectName>
{
    /// <summary>Reads <c>schema.name</c> by SQL's rules; a name alone is taken to be in <c>public</c>.</summary>
    /// <exception cref="MuedException">The text is not such a name (exit code 2).</exception>
    public static ObjectName Parse(string text)
    {
        var (schema, name) = StatementReader.ParseName(text);
        return new(schema ?? "public", name);
    }

    /// <summary>The last part of a name of any length and what comes before it, as SQL text; nothing where there is but one part.</summary>
    public static (string Qualifier, string Last) SplitLast(string text)
    {
        var quoted = false;
        for (var i = text.Length - 1; i > 0; i--)
        {
            quoted ^= text[i] == '"';
            if (text[i] == '.' && !quoted)
                return (text[..i], text[(i + 1)..]);
        }

        return ("", text);
    }

    /// <summary>The first part of a name of several parts, as SQL text; null where there is but one.</summary>
    public static string? FirstOf(string text)
    {
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            quoted ^= text[i] == '"';
            if (text[i] == '.' && !quoted)
                return text[..i];
        }

        return null;
    }

    /// <summary>A name with or without its schema as SQL text.</summary>
    public static string Quote(string? schema, string name) => schema is null ? Quote(name) : new ObjectName(schema, name).ToString();

    /// <summary>The name as SQL text, quoted where it must be.</summary>
    public static string Quote(string name) => IsPlain(name) ? name : SqlIdentifier.Quote(name);

    /// <inheritdoc/>
    public override string ToString() => Quote(Schema) + '.' + Quote(Name);

    /// <inheritdoc/>
    public int CompareTo(ObjectName other) =>
        string.CompareOrdinal(Schema, other.Schema) is var order and not 0 ? order : string.CompareOrdinal(Name, other.Name);

    private static bool IsPlain(string name)
    {
        if (name.Length == 0 || !(char.IsAsciiLetterLower(name[0]) || name[0] == '_'))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not '_')
                return false;
        }

        return !ReservedWords.Contains(name);
    }

    /// <summary>The words that need quotes as a name of a table or column (PostgreSQL manual, appendix C, versions 14 to 18).</summary>
    private static readonly HashSet<string> ReservedWords = new(StringComparer.Ordinal)
    {
        "all",
        "analyse",
        "analyze",
        "and",
        "any",
        "array",
        "as",
        "asc",
        "asymmetric",
        "authorization",
        "between",
        "bigint",
        "binary",
        "bit",
        "boolean",
        "both",
        "case",
        "cast",
        "char",
        "character",
        "check",
        "coalesce",
        "collate",
        "collation",
        "column",
        "concurrently",
        "constraint",
        "create",
        "cross",
        "current_catalog",
        "current_date",
        "current_role",
        "current_schema",
        "current_time",
        "current_timestamp",
        "current_user",
        "dec",
        "decimal",
        "default",
        "deferrable",
        "desc",
        "distinct",
        "do",
        "else",
        "end",
        "except",
        "exists",
        "extract",
        "false",
        "fetch",
        "float",
        "for",
        "foreign",
        "freeze",
        "from",
        "full",
        "grant",
        "greatest",
        "group",
        "grouping",
        "having",
        "ilike",
        "in",
        "initially",
        "inner",
        "inout",
        "int",
        "integer",
        "intersect",
        "interval",
        "into",
        "is",
        "isnull",
        "join",
        "json",
        "json_array",
        "json_arrayagg",
        "json_exists",
        "json_object",
        "json_objectagg",
        "json_query",
        "json_scalar",
        "json_serialize",
        "json_table",
        "json_value",
        "lateral",
        "leading",
        "least",
        "left",
        "like",
        "limit",
        "localtime",
        "localtimestamp",
        "merge_action",
        "national",
        "natural",
        "nchar",
        "none",
        "normalize",
        "not",
        "notnull",
        "null",
        "nullif",
        "numeric",
        "offset",
        "on",
        "only",
        "or",
        "order",
        "out",
        "outer",
        "overlaps",
        "overlay",
        "placing",
        "position",
        "precision",
        "primary",
        "real",
        "references",
        "returning",
        "right",
        "row",
        "select",
        "session_user",
        "setof",
        "similar",
        "smallint",
        "some",
        "substring",
        "symmetric",
        "system_user",
        "table",
        "tablesample",
        "then",
        "time",
        "timestamp",
        "to",
        "trailing",
        "treat",
        "trim",
        "true",
        "union",
        "unique",
        "user",
        "using",
        "values",
        "varchar",
        "variadic",
        "verbose",
        "when",
        "where",
        "window",
        "with",
        "xmlattributes",
        "xmlconcat",
        "xmlelement",
        "xmlexists",
        "xmlforest",
        "xmlnamespaces",
        "xmlparse",
        "xmlpi",
        "xmlroot",
        "xmlserialize",
        "xmltable",
    };
}
