namespace Mued.PsDb.Tests;

/// <summary>A test that needs <c>pgbouncer</c> (Debian package pgbouncer); required where MUED_REQUIRE_PGBOUNCER is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PgBouncerFactAttribute : FactAttribute
{
    public PgBouncerFactAttribute() =>
        Skip = Prerequisite.SkipUnless(
            Prerequisite.FindProgram("pgbouncer") is null ? "pgbouncer is not installed, so nothing is tested behind a pooler" : null,
            "MUED_REQUIRE_PGBOUNCER"
        );
}
