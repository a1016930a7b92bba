namespace Mued.PsDb.Commands;

/// <summary>Does what a cmdlet is for on databases, as its parameters were when they were named; on the pipeline's thread.</summary>
internal delegate void CmdletRun(IReadOnlyList<ConnectionSettings> databases);
