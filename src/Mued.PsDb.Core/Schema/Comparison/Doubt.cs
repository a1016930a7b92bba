namespace Mued.PsDb.Schema;

/// <summary>A check whose texts differ, while what they mean may be the same.</summary>
/// <param name="Check">Its place among the checks.</param>
/// <param name="Expected">A query over what was expected.</param>
/// <param name="Actual">A query over what was found.</param>
internal sealed record Doubt(int Check, string Expected, string Actual);
