using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Tracing;

/// <summary>What comments in the files make exceptions of.</summary>
internal static class Allowances
{
    /// <summary>Refuses a comment that names no rule, or gives no reason.</summary>
    /// <exception cref="MuedException">There is one (exit code 2).</exception>
    public static void Check(SqlScript script)
    {
        foreach (var allowance in script.Allowances)
        {
            if (SafetyRules.All.All(rule => rule.Id != allowance.Rule))
                throw Texts.UsageAt("UnknownRule", script.File, allowance.Line, allowance.Column, allowance.Rule);
            if (allowance.Reason.Length == 0)
                throw Texts.UsageAt("AllowanceWithoutReason", script.File, allowance.Line, allowance.Column, allowance.Rule);
        }
    }

    /// <summary>The findings without those that are allowed, and with those about allowances that allow nothing.</summary>
    public static IEnumerable<SafetyFinding> Apply(IReadOnlyList<SafetyFinding> findings, IReadOnlyList<MigrationTrace> traces)
    {
        var allowed = traces
            .SelectMany(trace => trace.Script.Allowances.Select(allowance => (Trace: trace, Allowance: allowance)))
            .ToList();
        var used = new HashSet<ScriptAllowance>(ReferenceEqualityComparer.Instance);
        foreach (var finding in findings)
        {
            var match = allowed.Find(item => Covers(item.Trace, item.Allowance, finding));
            if (match.Trace is null)
                yield return finding;
            else
                used.Add(match.Allowance);
        }

        foreach (var (trace, allowance) in allowed.Where(item => !used.Contains(item.Allowance)))
            yield return Subject.FindIn(trace, SafetyRules.UnusedAllow, FindingSeverity.Warning, allowance.Rule) with
            {
                Line = allowance.Line,
                Column = allowance.Column,
            };
    }

    // What is about the whole file may be allowed anywhere in it.
    private static bool Covers(MigrationTrace trace, ScriptAllowance allowance, SafetyFinding finding) =>
        finding.Migration == trace.Name
        && finding.Rule == allowance.Rule
        && (finding.Number == 0 || finding.Number == allowance.Statement + 1);
}
