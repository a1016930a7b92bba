using System.Reflection;
using Xunit.Sdk;

namespace Mued.PsDb.Tests;

/// <summary>
/// One row of a theory over PostgreSQL majors; the row is skipped where no server of that major can be had, neither installed nor
/// by npm; required where MUED_REQUIRE_SERVERS is 1. Use as <c>[Theory, Major(14), Major(15), …]</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class MajorAttribute : DataAttribute
{
    private bool dumped;

    public MajorAttribute(int major)
    {
        Major = major;
        Skip = Prerequisite.SkipUnless(TestServer.WhyNoServerOf(major), "MUED_REQUIRE_SERVERS");
    }

    public int Major { get; }

    /// <summary>Whether the test dumps the server and restores, which needs the client programs of that version.</summary>
    public bool Dumped
    {
        get => dumped;
        set
        {
            dumped = value;
            if (value)
                Skip ??= Prerequisite.SkipUnless(PgDump.WhyNoneFor(Major), "MUED_REQUIRE_PG_DUMP");
        }
    }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        [
            [Major],
        ];
}
