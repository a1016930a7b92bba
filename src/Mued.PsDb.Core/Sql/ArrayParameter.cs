using Npgsql;
using NpgsqlTypes;

namespace Mued.PsDb.Sql;

/// <summary>Parameters that are arrays, with their type said: OIDs look like numbers, and an array without values like nothing.</summary>
internal static class ArrayParameter
{
    /// <summary>OIDs.</summary>
    public static NpgsqlParameter Oids(IEnumerable<uint> oids) => Of(NpgsqlDbType.Oid, oids);

    /// <summary>Numbers of columns and the like.</summary>
    public static NpgsqlParameter Numbers(IEnumerable<int> numbers) => Of(NpgsqlDbType.Integer, numbers);

    /// <summary>Texts.</summary>
    public static NpgsqlParameter Texts(IEnumerable<string?> texts) => Of(NpgsqlDbType.Text, texts);

    /// <summary>Transaction ids, as the history keeps them.</summary>
    public static NpgsqlParameter Transactions(IEnumerable<ulong> transactions) => Of(NpgsqlDbType.Xid8, transactions);

    private static NpgsqlParameter Of<T>(NpgsqlDbType type, IEnumerable<T> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };
}
