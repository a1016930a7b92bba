namespace Mued.PsDb.Sql;

/// <summary>A name with its schema, both as the catalog holds them.</summary>
internal readonly record struct QualifiedName(string? Schema, string Name)
{
    /// <summary>The name as SQL, every part quoted.</summary>
    public string Quoted => Schema is null ? SqlIdentifier.Quote(Name) : $"{SqlIdentifier.Quote(Schema)}.{SqlIdentifier.Quote(Name)}";

    public override string ToString() => Schema is null ? Name : $"{Schema}.{Name}";
}
