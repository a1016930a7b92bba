using System.Runtime.CompilerServices;

namespace Mued.PsDb.Commands;

/// <summary>
/// Lets a report go down the pipeline to the next command, which then works on the same database. The report cannot carry the
/// connection, which may hold a password; its hidden property Connection gives a handle that only this session understands.
/// </summary>
internal static class PipedConnection
{
    private static readonly ConditionalWeakTable<object, ConnectionSettings> Settings = [];
    private static readonly ConditionalWeakTable<ConnectionSettings, string> Handles = [];
    private static readonly Dictionary<string, WeakReference<ConnectionSettings>> Known = new(StringComparer.Ordinal);

    /// <summary>Remembers, for as long as the record lives, which database it is about.</summary>
    public static void Remember(object record, ConnectionSettings settings)
    {
        lock (Known)
        {
            Settings.AddOrUpdate(record, settings);
            if (Handles.TryGetValue(settings, out _))
                return;
            foreach (var (dead, _) in Known.Where(entry => !entry.Value.TryGetTarget(out _)).ToList())
                Known.Remove(dead);
            var handle = $"mued-psdb:{Guid.NewGuid():N}";
            Handles.Add(settings, handle);
            Known.Add(handle, new(settings));
        }
    }

    /// <summary>The handle of a record that a command of this module put out; null for anything else.</summary>
    public static string? HandleOf(object record)
    {
        lock (Known)
            return Settings.TryGetValue(record, out var settings) && Handles.TryGetValue(settings, out var handle) ? handle : null;
    }

    /// <summary>The database of a handle; null when the text is none, and so a connection.</summary>
    public static ConnectionSettings? Find(string? handle)
    {
        lock (Known)
            return handle is not null && Known.TryGetValue(handle, out var known) && known.TryGetTarget(out var settings) ? settings : null;
    }
}
