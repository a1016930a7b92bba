using System.Reflection;
using Xunit.Sdk;

namespace Mued.PsDb.Tests;

/// <summary>Every other Pester file as a row of a theory: the two halves, of which each is long, run side by side.</summary>
/// <param name="first">The place of the first in the order of their names: 0 or 1.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PesterFileAttribute(int first) : DataAttribute
{
    public int First => first;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        Directory
            .EnumerateFiles(Repository.PathOf("tests/Pester"), "*.Tests.ps1")
            .Order(StringComparer.Ordinal)
            .Where((_, place) => place % 2 == first)
            .Select(file => new object[] { Path.GetFileName(file) });
}
