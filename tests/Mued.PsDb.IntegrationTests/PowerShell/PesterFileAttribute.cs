using System.Reflection;
using Xunit.Sdk;

namespace Mued.PsDb.Tests;

/// <summary>Every Pester file as a row of a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PesterFileAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        Directory
            .EnumerateFiles(Repository.PathOf("tests/Pester"), "*.Tests.ps1")
            .Order(StringComparer.Ordinal)
            .Select(file => new object[] { Path.GetFileName(file) });
}
