namespace Mued.PsDb.Schema;

/// <summary>One kind of object: what it is called, what of it is compared, and which statements mend it.</summary>
/// <typeparam name="T">What a snapshot holds of it.</typeparam>
internal abstract class ObjectComparison<T>
    where T : class
{
    /// <summary>The table whose part the objects are, for grouping; null for objects of their own.</summary>
    public virtual string? Table => null;

    /// <summary>Whether an object that is missing may be made: not where the thing it belongs to is missing as well.</summary>
    public virtual bool CanCreate => true;

    /// <summary>The schema whose object it is; null for a part of a table, and for what is in no schema.</summary>
    public virtual string? SchemaOf(T item) => null;

    /// <summary>The kind as the check shows it.</summary>
    public abstract string KindOf(T item);

    /// <summary>What finds an object among its like.</summary>
    public virtual string KeyOf(T item) => NameOf(item);

    /// <summary>The whole name, as the check shows it and as statements take it.</summary>
    public abstract string NameOf(T item);

    /// <summary>What is compared.</summary>
    public abstract ObjectFacts FactsOf(T item);

    /// <summary>The statement that makes it; null where none is certain.</summary>
    public virtual string? Create(T item) => null;

    /// <summary>The statement that makes what is there as it should be; null where none is certain.</summary>
    public virtual string? Alter(T expected, T actual) => null;

    /// <summary>Its comment.</summary>
    public virtual string? CommentOf(T item) => null;

    /// <summary>The kind of the check of its comment.</summary>
    public virtual string CommentKindOf(T item) => KindOf(item) + " comment";

    /// <summary>What COMMENT ON takes, for example <c>COLUMN public.provenance.content_id</c>.</summary>
    public virtual string CommentTargetOf(T item) => "";
}
