namespace Mued.PsDb.Foundation;

/// <summary>Where an error is, as far as that is known.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="SqlState">The SQLSTATE when the server raised the error.</param>
/// <param name="TargetName">What the error is about; never a secret.</param>
internal readonly record struct ErrorPlace(
    string? File = null,
    int? Line = null,
    int? Column = null,
    string? SqlState = null,
    string? TargetName = null
);
