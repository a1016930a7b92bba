namespace Mued.PsDb.Cli;

/// <summary>Who reads the log.</summary>
internal enum Reporter
{
    /// <summary>A person.</summary>
    Text,

    /// <summary>The Azure Pipelines agent.</summary>
    AzurePipelines,
}
