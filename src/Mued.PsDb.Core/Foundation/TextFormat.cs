using System.Globalization;

namespace Mued.PsDb.Foundation;

/// <summary>
/// How texts for people show their values: in the invariant culture, and a number together with what is counted where the text says
/// <c>{0:count row}</c>: 1 row, 2 rows. A text that others wrote ends with a full stop where more follows: <c>{0:sentence}</c>.
/// </summary>
internal sealed class TextFormat : IFormatProvider, ICustomFormatter
{
    private const string Count = "count ";
    private const string Sentence = "sentence";

    private TextFormat() { }

    /// <summary>The one that all texts are made with.</summary>
    public static TextFormat Instance { get; } = new();

    /// <summary>A number together with what is counted.</summary>
    public static string Counted(long value, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{value:N0} {(value == 1 ? one : many ?? one + "s")}");

    /// <summary>Sentences of several makers on one line: those of PostgreSQL, and of the system, end without a full stop.</summary>
    public static string Sentences(string first, string? second) => string.IsNullOrEmpty(second) ? first : $"{Ended(first)} {second}";

    /// <inheritdoc/>
    public object? GetFormat(Type? formatType) =>
        formatType == typeof(ICustomFormatter) ? this : CultureInfo.InvariantCulture.GetFormat(formatType!);

    /// <inheritdoc/>
    public string Format(string? format, object? arg, IFormatProvider? formatProvider) =>
        format?.StartsWith(Count, StringComparison.Ordinal) is true
            ? Counted(Convert.ToInt64(arg, CultureInfo.InvariantCulture), format[Count.Length..])
        : format == Sentence ? Ended(arg?.ToString() ?? "")
        : arg is IFormattable value ? value.ToString(format, CultureInfo.InvariantCulture)
        : arg?.ToString() ?? "";

    private static string Ended(string text) =>
        text.TrimEnd() is var trimmed && trimmed is [.., '.' or '!' or '?' or ':'] ? trimmed : trimmed + ".";
}
