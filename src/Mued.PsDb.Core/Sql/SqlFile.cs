using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb;

/// <summary>The text of SQL files.</summary>
public static class SqlFile
{
    // From here on the bytes are not kept beside the text.
    private const int Large = 1 << 20;

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    private static ReadOnlySpan<byte> Utf16LittleMark => [0xFF, 0xFE];

    private static ReadOnlySpan<byte> Utf16BigMark => [0xFE, 0xFF];

    private static ReadOnlySpan<byte> Utf32LittleMark => [0xFF, 0xFE, 0, 0];

    private static ReadOnlySpan<byte> Utf32BigMark => [0, 0, 0xFE, 0xFF];

    /// <summary>
    /// Decodes a file by its byte order mark (UTF-8, UTF-16 little and big endian), or else as UTF-8. Nothing is replaced or guessed.
    /// </summary>
    /// <param name="bytes">The file's content.</param>
    /// <param name="file">The file's name, for errors.</param>
    /// <returns>The text, without the byte order mark and with its line ends as they are.</returns>
    /// <exception cref="MuedException">A byte does not belong to the encoding, or the file is UTF-32.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (bytes.StartsWith(Utf32LittleMark) || bytes.StartsWith(Utf32BigMark))
            throw Texts.UsageAt("Utf32Encoding", file, 1, 1);
        if (bytes.StartsWith(Utf16LittleMark))
            return DecodeUtf16(bytes, bigEndian: false, file);
        if (bytes.StartsWith(Utf16BigMark))
            return DecodeUtf16(bytes, bigEndian: true, file);
        return DecodeUtf8(bytes, bytes.StartsWith(Utf8Mark) ? Utf8Mark.Length : 0, file);
    }

    /// <summary>Reads a file of the disk and decodes it. Of a large one the memory holds the text alone, never its bytes as well.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MuedException">A byte does not belong to the encoding, or the file is UTF-32.</exception>
    internal static string Read(string path)
    {
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        if (RandomAccess.GetLength(file) > Large && LargeUtf8(file) is { } text)
            return text;
        return Decode(File.ReadAllBytes(path), path);
    }

    /// <summary>Decodes UTF-8 piece by piece; null when it is not, which is for others to tell with its place.</summary>
    private static string? LargeUtf8(SafeFileHandle file)
    {
        var buffer = new byte[Large];
        var first = buffer.AsSpan(0, RandomAccess.Read(file, buffer, 0));
        if (first.StartsWith(Utf16LittleMark) || first.StartsWith(Utf16BigMark) || first.StartsWith(Utf32BigMark))
            return null;
        long begin = first.StartsWith(Utf8Mark) ? Utf8Mark.Length : 0;
        var length = 0L;
        for (var offset = begin; RandomAccess.Read(file, buffer, offset) is > 0 and var read; offset += read)
            length += Utf16LengthOf(buffer.AsSpan(0, read));
        var complete = false;
        try
        {
            var text = string.Create(
                checked((int)length),
                file,
                (characters, source) =>
                {
                    var decoder = new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder();
                    var written = 0;
                    for (var offset = begin; RandomAccess.Read(source, buffer, offset) is > 0 and var read; offset += read)
                        written += decoder.GetChars(buffer.AsSpan(0, read), characters[written..], flush: false);
                    decoder.GetChars([], characters[written..], flush: true);
                    complete = written == characters.Length;
                }
            );
            return complete ? text : null;
        }
        catch (ArgumentException)
        {
            // Not UTF-8, or more of it than there was a moment ago.
            return null;
        }
    }

    // One unit for each byte that begins a character, and one more where the character needs two.
    private static int Utf16LengthOf(ReadOnlySpan<byte> utf8)
    {
        var length = 0;
        foreach (var value in utf8)
            length += ((value & 0xC0) != 0x80 ? 1 : 0) + (value >= 0xF0 ? 1 : 0);
        return length;
    }

    private static string DecodeUtf8(ReadOnlySpan<byte> bytes, int mark, string file)
    {
        if (Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes[mark..]);
        var text = new char[bytes.Length];
        Utf8.ToUtf16(bytes[mark..], text, out var read, out var written, replaceInvalidSequences: false);
        throw Invalid(file, "UTF-8", mark + read, bytes[mark + read], text.AsSpan(0, written));
    }

    private static string DecodeUtf16(ReadOnlySpan<byte> bytes, bool bigEndian, string file)
    {
        const int Mark = 2;
        var text = new char[(bytes.Length - Mark) / 2];
        var units = MemoryMarshal.Cast<char, ushort>(text.AsSpan());
        MemoryMarshal.Cast<byte, ushort>(bytes[Mark..])[..units.Length].CopyTo(units);
        if (bigEndian == BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(units, units);
        var valid = ValidLength(text);
        var end = Mark + 2 * valid;
        return end == bytes.Length ? new string(text) : throw Invalid(file, "UTF-16", end, bytes[end], text.AsSpan(0, valid));
    }

    private static int ValidLength(ReadOnlySpan<char> text)
    {
        var position = 0;
        while (true)
        {
            var length = text[position..].IndexOfAnyInRange('\uD800', '\uDFFF');
            if (length < 0)
                return text.Length;
            position += length;
            if (!char.IsHighSurrogate(text[position]) || position + 1 == text.Length || !char.IsLowSurrogate(text[position + 1]))
                return position;
            position += 2;
        }
    }

    private static MuedException Invalid(string file, string encoding, int offset, byte value, ReadOnlySpan<char> before)
    {
        var (line, column) = new LineCounter(before).Advance(before.Length);
        return Texts.UsageAt("InvalidEncoding", file, line, column, encoding, offset, value);
    }
}
