using Mued.PsDb.Files;
using Mued.PsDb.Migrations;

namespace Mued.PsDb;

/// <summary>What <see cref="HealthTest"/> looks at.</summary>
public sealed record HealthOptions
{
    /// <summary>The limits.</summary>
    public HealthLimits Limits { get; init; } = HealthLimits.Default;

    /// <summary>The folder and the history of the migrations that may be pending; the rest of it is not used.</summary>
    public MigrationOptions Migrations { get; init; } = new() { Path = BundledSql.Migrations };

    /// <summary>An earlier report of the same database, as a JSON file: growth is told against it.</summary>
    public string? Since { get; init; }

    /// <summary>Reads the folder.</summary>
    internal MigrationFolder ReadFolder() => MigrationInput.ReadFolder(Migrations);
}
