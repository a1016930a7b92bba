using Mued.PsDb.Sandbox;

namespace Mued.PsDb.Tests;

/// <summary>
/// A test that sets the transaction ids of a server of its own by <c>pg_resetwal</c>, which a server of npm does not bring; required where
/// MUED_REQUIRE_PG_RESETWAL is 1.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PgResetWalFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Missing = new(() => Task.Run(WhyNoneAsync).GetAwaiter().GetResult());

    public PgResetWalFactAttribute() => Skip = Prerequisite.SkipUnless(Missing.Value, "MUED_REQUIRE_PG_RESETWAL");

    private static async Task<string?> WhyNoneAsync()
    {
        try
        {
            var binaries = await new PostgresSearch().FindAsync(new SandboxOptions(), CancellationToken.None);
            return File.Exists(binaries.Program("pg_resetwal")) ? null : $"{binaries.Folder} has no pg_resetwal";
        }
        catch (MuedException e)
        {
            return e.Message;
        }
    }
}
