namespace Mued.PsDb;

/// <summary>
/// One statement of a <see cref="SqlScript"/>, as a place in its text: from the first token to the last, without the semicolon.
/// </summary>
/// <param name="Offset">Where the first token begins, in UTF-16 code units from 0.</param>
/// <param name="Length">The length in UTF-16 code units.</param>
/// <param name="Line">The line of the first token, from 1.</param>
/// <param name="Column">The column of the first token, from 1, in UTF-16 code units.</param>
/// <param name="Mode">
/// What the statement needs by PostgreSQL's rules. In a script that is to run outside a transaction, one that may need to is taken to: what the
/// rules depend on stands in the catalog.
/// </param>
/// <param name="Index">The index that is built, dropped or rebuilt concurrently; null for all other statements.</param>
public readonly record struct SqlStatement(int Offset, int Length, int Line, int Column, ScriptMode Mode, ConcurrentIndex? Index);
