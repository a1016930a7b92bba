using Mued.PsDb.Schema;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Tracing;

/// <summary>What is known of a database while migrations are traced: the catalog as it is now, and what the transaction holds.</summary>
/// <param name="sizes">How large tables are, by name; what is not among them is not known.</param>
internal sealed class TraceState(IReadOnlyDictionary<ObjectName, RelationSize> sizes)
{
    private readonly Dictionary<uint, TracedRelation> known = [];
    private readonly Dictionary<uint, Activity> activity = [];
    private readonly Dictionary<uint, HashSet<string>> held = [];
    private readonly Dictionary<uint, RelationSize?> existed = [];

    private HashSet<string>? namesNow;

    // Of tables that are new and whose look is not over.
    private readonly Dictionary<uint, ObjectName> names = [];

    /// <summary>Everything that the database holds now.</summary>
    public IReadOnlyDictionary<uint, TracedRelation> Relations => known;

    /// <summary>The names of everything that it holds now.</summary>
    public IReadOnlySet<string> Names =>
        namesNow ??= known.Values.Select(relation => relation.Name.ToString()).ToHashSet(StringComparer.Ordinal);

    /// <summary>The relations whose counters are not zero.</summary>
    public IEnumerable<uint> Active => activity.Where(entry => entry.Value != default).Select(entry => entry.Key);

    /// <summary>The sequences that were there before and were set or have given numbers, which no rollback takes back.</summary>
    public SortedSet<string> MovedSequences { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the server counts scans and rows; where it does not, scans are not found.</summary>
    public bool Counts { get; private set; } = true;

    /// <summary>Takes what a look shows for what was there before.</summary>
    public void Begin(CatalogLook look)
    {
        Counts = look.Counts;
        foreach (var item in look.Seen)
        {
            known[item.Oid] = item.Relation!;
            activity[item.Oid] = item.Activity;
            existed[item.Oid] = sizes.TryGetValue(item.Relation!.Name, out var size) ? size : null;
        }
    }

    /// <summary>A transaction begins, with the counters that earlier ones of the session have left, or goes on with what it has locked.</summary>
    public void BeginTransaction(CatalogLook look, bool continues)
    {
        if (!continues)
            held.Clear();
        activity.Clear();
        foreach (var item in look.Seen)
            activity[item.Oid] = item.Activity;
    }

    /// <summary>What happened between the look before and this one.</summary>
    /// <param name="look">What is seen now.</param>
    /// <param name="empties">Whether storage that is new was emptied and not copied.</param>
    public (IReadOnlyList<RelationEvidence> Relations, IReadOnlyList<CatalogChange> Changes) Advance(CatalogLook look, bool empties)
    {
        namesNow = null;
        var diff = new CatalogDiff(NameOf, existed.ContainsKey);
        var now = look.Seen.Where(item => item.Relation is not null || known.ContainsKey(item.Oid)).ToList();

        // An index may be seen before its table, which is new as well.
        foreach (var item in now.Where(item => !known.ContainsKey(item.Oid) && item.Relation!.IsQueried))
            names[item.Oid] = item.Relation!.Name;
        var changes = now.SelectMany(item => diff.Between(known.GetValueOrDefault(item.Oid), item.Relation)).ToList();
        var changed = changes.Select(change => change.Oid).ToHashSet();
        var built = changes
            .Where(change => change.Kind is CatalogChangeKind.IndexAdded or CatalogChangeKind.IndexRebuilt)
            .Where(change => now.Exists(item => item.Oid == change.Index && item.Relation!.Kind == 'i'))
            .ToLookup(change => change.Oid, change => change.Name!);
        var evidence = new List<RelationEvidence>();
        foreach (var item in now)
        {
            if (
                existed.TryGetValue(item.Oid, out var size)
                && known[item.Oid].IsQueried
                && Evidence(item, size, empties, built[item.Oid]) is var found
                && (found.IsWorkedOn || changed.Contains(item.Oid))
            )
                evidence.Add(found);
            if (item is { Relation.Kind: 'S' } && existed.ContainsKey(item.Oid) && item.Modes.Contains(LockModes.RowExclusive))
                MovedSequences.Add(item.Relation.Name.ToString());
            Remember(item);
        }

        return (evidence, changes);
    }

    /// <summary>
    /// What differs of a look at the whole database from what is known; with the locks that a statement without a transaction must have
    /// held to do so.
    /// </summary>
    public IEnumerable<CatalogLook.Item> Changed(IReadOnlyList<CatalogLook.Item> whole, bool locks)
    {
        var there = whole.ToDictionary(item => item.Oid);
        var moved = whole.Where(item => known.TryGetValue(item.Oid, out var before) && before.FileNode != item.Relation!.FileNode).ToList();
        var built = moved.Where(item => item.Relation!.IsIndex).Select(item => item.Relation!.Table).ToHashSet();
        foreach (var item in whole)
        {
            var rewritten = item.Relation!.IsTable && moved.Contains(item);
            yield return item with
            {
                Modes =
                    rewritten ? [LockModes.AccessExclusive]
                    : locks && built.Contains(item.Oid) ? ["ShareLock"]
                    : [],
            };
        }

        foreach (var gone in known.Keys.Where(oid => !there.ContainsKey(oid)).ToList())
            yield return new(gone, [], null, default);
    }

    private RelationEvidence Evidence(CatalogLook.Item item, RelationSize? size, bool empties, IEnumerable<string> built)
    {
        var before = known[item.Oid];
        var modes = held.GetValueOrDefault(item.Oid) ?? [];
        List<string> fresh = [.. item.Modes.Except(modes)];
        var done = item.Activity - activity.GetValueOrDefault(item.Oid);
        var moved = item.Relation is { } after && after.FileNode != before.FileNode;
        return new(before.Name.ToString())
        {
            Oid = item.Oid,
            Root = RootOf(item.Oid),
            IsQueried = before.IsQueried,
            HoldsRows = before.IsTable && before.Kind != 'm',
            Rows = size?.Rows,
            Bytes = size?.Bytes,
            LockModes = LockModes.Sort(fresh),
            Blocks = LockModes.Of(modes.Concat(item.Modes)),
            Writable = modes.Concat(item.Modes).Contains(LockModes.RowExclusive),
            Rewritten = moved && !empties,
            Emptied = moved && empties,
            Scans = done.Scans,
            IndexesBuilt = empties && moved ? [] : [.. built.Order(StringComparer.Ordinal)],
            RowsInserted = done.Inserted,
            RowsUpdated = done.Updated,
            RowsDeleted = done.Deleted,
        };
    }

    private void Remember(CatalogLook.Item item)
    {
        activity[item.Oid] = item.Activity;
        if (!held.TryGetValue(item.Oid, out var modes))
            held.Add(item.Oid, modes = new(StringComparer.Ordinal));
        modes.UnionWith(item.Modes);
        if (item.Relation is { } relation)
            known[item.Oid] = relation;
        else
            known.Remove(item.Oid);
    }

    private uint RootOf(uint oid)
    {
        while (known.TryGetValue(oid, out var relation) && relation.Parent != 0)
            oid = relation.Parent;
        return oid;
    }

    private ObjectName? NameOf(uint oid) =>
        known.TryGetValue(oid, out var relation) ? relation.Name
        : names.TryGetValue(oid, out var name) ? name
        : null;
}
