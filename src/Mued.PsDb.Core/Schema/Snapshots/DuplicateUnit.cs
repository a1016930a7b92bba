namespace Mued.PsDb;

/// <summary>What counts as the same value in a <see cref="DuplicateRule"/>.</summary>
public enum DuplicateUnit
{
    /// <summary>The value itself.</summary>
    Value,

    /// <summary>The calendar day of a date or timestamp.</summary>
    Day,
}
