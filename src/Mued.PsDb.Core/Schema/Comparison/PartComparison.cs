using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>A kind of object that is part of a table.</summary>
/// <param name="table">The table.</param>
/// <param name="there">Whether the table is there.</param>
internal abstract class PartComparison<T>(ObjectName table, bool there) : ObjectComparison<T>
    where T : class
{
    private readonly string name = table.ToString();

    public override string Table => name;

    public override bool CanCreate => there;

    protected ObjectName Owner => table;

    public abstract override string KeyOf(T item);

    public override string NameOf(T item) => $"{name}.{ObjectName.Quote(KeyOf(item))}";
}
