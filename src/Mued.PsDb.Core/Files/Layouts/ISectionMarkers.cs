namespace Mued.PsDb.Files;

/// <summary>How a convention that keeps both ways in one file marks where each begins.</summary>
internal interface ISectionMarkers
{
    /// <summary>The convention.</summary>
    MigrationLayout Name { get; }

    /// <summary>How the tool writes the beginning of what applies.</summary>
    string UpMarker { get; }

    /// <summary>Whether a file applies from its first line on when no line says otherwise.</summary>
    bool BeginsUp { get; }

    /// <summary>What a line is.</summary>
    LineMeaning Read(ReadOnlySpan<char> line);
}
