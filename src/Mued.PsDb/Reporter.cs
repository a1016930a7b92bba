namespace Mued.PsDb.Commands;

/// <summary>Who else is told about a run.</summary>
public enum Reporter
{
    /// <summary>The build agent, if this session runs on one; else nobody.</summary>
    Auto,

    /// <summary>Nobody.</summary>
    None,

    /// <summary>The Azure Pipelines agent: issues, groups, progress and a summary, as logging commands on the host.</summary>
    AzurePipelines,
}
