namespace Mued.PsDb.Tests;

/// <summary>How one and the same schema is written: plainly, or, from a seed, in ways and an order that mean the same.</summary>
internal sealed class SqlStyle(int? seed)
{
    private static readonly Dictionary<string, string[]> OtherNames = new()
    {
        ["integer"] = ["int", "int4", "pg_catalog.int4"],
        ["bigint"] = ["int8"],
        ["smallint"] = ["int2"],
        ["varchar(20)"] = ["character varying(20)", "character varying (20)"],
        ["char(3)"] = ["character(3)", "pg_catalog.bpchar(3)"],
        ["numeric"] = ["decimal"],
        ["numeric(10,3)"] = ["decimal(10, 3)"],
        ["boolean"] = ["bool"],
        ["timestamp"] = ["timestamp without time zone"],
        ["timestamp(3)"] = ["timestamp(3) without time zone"],
        ["timestamptz"] = ["timestamp with time zone"],
        ["time(0)"] = ["time(0) without time zone"],
        ["double precision"] = ["float8", "float", "float(53)"],
        ["real"] = ["float4", "float(24)"],
        ["varbit(9)"] = ["bit varying(9)"],
        ["integer[]"] = ["int4[]", "integer ARRAY", "integer[3][3]"],
        ["text[]"] = ["text ARRAY", "_text"],
    };

    private readonly Random? random = seed is { } value ? new(value) : null;

    /// <summary>Whether a part is written as a statement of its own.</summary>
    public bool Apart => random?.Next(2) == 1;

    /// <summary>The plain way, or one of all.</summary>
    public string Way(string plain, params string[] others) => random?.Next(others.Length + 1) is > 0 and var n ? others[n - 1] : plain;

    /// <summary>The name of a type.</summary>
    public string Type(string name) => OtherNames.TryGetValue(name, out var others) ? Way(name, others) : name;

    /// <summary>Statements that need not come in their order.</summary>
    public string[] Order(IEnumerable<string> statements)
    {
        string[] all = [.. statements];
        random?.Shuffle(all);
        return all;
    }
}
