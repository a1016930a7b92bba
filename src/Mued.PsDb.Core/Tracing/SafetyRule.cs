using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>A rule of <c>Test-MuedMigration</c>.</summary>
/// <param name="Id">Its name, as findings and <c>-- mued: allow</c> bear it.</param>
/// <param name="Severity">The gravest that its findings are.</param>
/// <param name="Peers">What other tools call it: squawk's rules, eugene's hints (E and W), strong_migrations' checks, headings of GitLab's migration guides.</param>
public sealed record SafetyRule(string Id, FindingSeverity Severity, IReadOnlyList<string> Peers)
{
    /// <summary>What to do about it, in words.</summary>
    public string Advice => Texts.Get($"Rule.{Id}.Advice");

    /// <summary>What it is about, in words.</summary>
    public string Title => Texts.Get($"Rule.{Id}.Title");
}
