using Mued.PsDb.Tracing;

namespace Mued.PsDb.Migrations;

/// <summary>How much a rehearsal may write, all of which is thrown away: rows stay as dead ones, and WAL is sent to standbys and archives.</summary>
/// <param name="Small">Which tables are small.</param>
/// <param name="Rows">The most rows that may be added, changed or removed; looked at behind each statement.</param>
/// <param name="WalBytes">The most WAL that the server may write meanwhile, for others too; looked at while a statement runs.</param>
internal sealed record RehearsalBounds(SmallTable Small, long Rows, long WalBytes);
