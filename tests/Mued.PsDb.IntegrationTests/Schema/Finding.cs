namespace Mued.PsDb.Tests;

/// <summary>What identifies a check that did not pass.</summary>
internal readonly record struct Finding(string Kind, string Name, CheckStatus Status)
{
    public static Finding Of(SchemaCheck check) => new(check.Kind, check.Name, check.Status);

    public override string ToString() => $"{Status} {Kind} {Name}";
}
