namespace Mued.PsDb;

/// <summary>What the value and the limit of a <see cref="HealthCheck"/> are counted in.</summary>
public enum HealthUnit : long
{
    /// <summary>Things found.</summary>
    Count,

    /// <summary>Percent of what there is.</summary>
    Percent,

    /// <summary>Seconds.</summary>
    Seconds,

    /// <summary>Megabytes, of 1,048,576 bytes each.</summary>
    Megabytes,

    /// <summary>Days.</summary>
    Days,
}
