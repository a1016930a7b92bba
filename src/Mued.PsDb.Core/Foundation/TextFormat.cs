using System.Globalization;

namespace Mued.PsDb.Foundation;

/// <summary>
/// How texts for people show their values: in the invariant culture, and a number together with what is counted where the text says
/// <c>{0:count row}</c>: 1 row, 2 rows.
/// </summary>
internal sealed class TextFormat : IFormatProvider, ICustomFormatter
{
    private const string Count = "count ";

    private TextFormat() { }

    /// <summary>The one that all texts are made with.</summary>
    public static TextFormat Instance { get; } = new();

    /// <summary>A number together with what is counted.</summary>
    public static string Counted(long value, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{value:N0} {(value == 1 ? one : many ?? one + "s")}");

    /// <inheritdoc/>
    public object? GetFormat(Type? formatType) =>
        formatType == typeof(ICustomFormatter) ? this : CultureInfo.InvariantCulture.GetFormat(formatType!);

    /// <inheritdoc/>
    public string Format(string? format, object? arg, IFormatProvider? formatProvider) =>
        format?.StartsWith(Count, StringComparison.Ordinal) is true
            ? Counted(Convert.ToInt64(arg, CultureInfo.InvariantCulture), format[Count.Length..])
        : arg is IFormattable value ? value.ToString(format, CultureInfo.InvariantCulture)
        : arg?.ToString() ?? "";
}
