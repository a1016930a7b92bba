using Mued.PsDb.Runs;

namespace Mued.PsDb.Undo;

/// <summary>A sequence as a transaction finds it.</summary>
/// <param name="Oid">Its OID.</param>
/// <param name="File">The number of its file: ALTER SEQUENCE and TRUNCATE ... RESTART IDENTITY begin a new one, setval writes to the old.</param>
/// <param name="Locked">
/// Whether the transaction has it locked against those who take numbers; false where it has only taken or set some itself, null where it has not
/// used it.
/// </param>
/// <param name="Standing">Where it stands; null where the role may not read it, or nobody asked.</param>
internal readonly record struct SequenceUse(uint Oid, uint File, bool? Locked, SequenceStanding? Standing);
