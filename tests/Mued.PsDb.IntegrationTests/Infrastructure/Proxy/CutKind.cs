namespace Mued.PsDb.Tests;

/// <summary>How a connection ends at a cut.</summary>
public enum CutKind
{
    /// <summary>By RST: the next read or write fails at once.</summary>
    Reset,

    /// <summary>By FIN: the next read finds the end of the stream.</summary>
    Close,

    /// <summary>Not at all: nothing arrives any more, and nobody tells.</summary>
    Silence,
}
