namespace Mued.PsDb.Importing;

/// <summary>What another tool's history says of one migration.</summary>
/// <param name="Key">What the tool knows it by: its version or its name.</param>
/// <param name="State">Where it stands.</param>
/// <param name="AppliedAt">When it was applied, where the tool keeps that.</param>
/// <param name="AppliedBy">Who applied it, where the tool keeps that.</param>
/// <param name="Checksum">The tool's checksum of its file, where the tool keeps one.</param>
internal sealed record ForeignEntry(string Key, ForeignState State, DateTimeOffset? AppliedAt, string? AppliedBy, string? Checksum);
