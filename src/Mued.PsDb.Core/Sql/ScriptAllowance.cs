namespace Mued.PsDb.Sql;

/// <summary>A comment <c>-- mued: allow RULE REASON</c>.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Reason">Why; empty where nobody has said.</param>
/// <param name="Statement">The statement that it is on, from 0; -1 for none.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Column">Its column, from 1.</param>
internal sealed record ScriptAllowance(string Rule, string Reason, int Statement, int Line, int Column);
