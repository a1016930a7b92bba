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

    /// <summary>The object on which it hangs, where that is no table that <see cref="Table"/> names: who owns it, which column it belongs to.</summary>
    public virtual string? SubjectOf(T item) => null;

    /// <summary>What is compared.</summary>
    public abstract ObjectFacts FactsOf(T item);

    /// <summary>Whether what is there has nothing that it should not have.</summary>
    public virtual bool OnlyLacks(T expected, T actual) => FactsOf(expected).Exceed(FactsOf(actual));

    /// <summary>The aspects that are expressions, which the server may print in more than one way.</summary>
    public virtual IReadOnlyList<string> Expressions => [];

    /// <summary>A query that says the same as those expressions; null where there are none.</summary>
    public virtual string? QueryOf(T item) => null;

    /// <summary>The statement that makes it; null where none is certain.</summary>
    public virtual string? Create(T item) => null;

    /// <summary>The statement that makes what is there as it should be; null where none is certain.</summary>
    public virtual string? Alter(T expected, T actual) => null;

    /// <summary>
    /// What may make it, for a trial: where <see cref="Create"/> is not certain, because more statements belong to it or rows are in the
    /// way, what comes nearest.
    /// </summary>
    public virtual string? Make(T item) => Create(item);

    /// <summary>What may make what is there as it should be, for a trial, the least harm first.</summary>
    public virtual IEnumerable<string?> Changes(T expected, T actual) => [Alter(expected, actual), Replace(expected, actual)];

    /// <summary>The statement that removes it; null where none is certain.</summary>
    public virtual string? Drop(T item) => null;

    /// <summary>Removes it and makes it anew; null for what holds rows or is held by others.</summary>
    protected string? Replace(T expected, T actual) => (Drop(actual), Make(expected)) is ({ } drop, { } make) ? $"{drop}; {make}" : null;

    /// <summary>Its comment.</summary>
    public virtual string? CommentOf(T item) => null;

    /// <summary>The kind of the check of its comment.</summary>
    public virtual string CommentKindOf(T item) => KindOf(item) + " comment";

    /// <summary>What COMMENT ON takes, for example <c>COLUMN public.provenance.content_id</c>.</summary>
    public virtual string CommentTargetOf(T item) => "";
}
