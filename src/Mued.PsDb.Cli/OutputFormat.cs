namespace Mued.PsDb.Cli;

/// <summary>What standard output holds.</summary>
internal enum OutputFormat
{
    /// <summary>Text for a person.</summary>
    Text,

    /// <summary>One JSON document.</summary>
    Json,
}
