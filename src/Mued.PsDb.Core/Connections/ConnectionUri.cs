using System.Text;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Connections;

/// <summary>
/// Reads connection URIs by libpq's rules (PostgreSQL documentation, "Connection URIs"): every part percent-encoded, several
/// hosts, IPv6 addresses in brackets, socket folders as hosts, parameters that override the parts before them.
/// Errors name a part and a position, never text of the URI, because a misplaced character may make the password look like anything.
/// </summary>
internal static class ConnectionUri
{
    private static readonly string[] Schemes = ["postgresql://", "postgres://"];
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether the text starts with a PostgreSQL scheme.</summary>
    public static bool IsUri(string text) => SchemeLength(text) > 0;

    /// <summary>The parameters of the URI, by libpq's keywords.</summary>
    /// <exception cref="MuedException">The URI is malformed or holds an unknown parameter.</exception>
    public static ConnectionParameters Parse(string uri, string source)
    {
        var parameters = new ConnectionParameters(source);
        var position = ReadUserInfo(uri, SchemeLength(uri), source, parameters);
        position = ReadHosts(uri, position, source, parameters);
        if (position < uri.Length && uri[position] == '/')
            position = ReadDatabase(uri, position + 1, source, parameters);
        if (position < uri.Length)
            ReadQuery(uri, position + 1, source, parameters);
        return parameters;
    }

    private static int SchemeLength(string text) =>
        Schemes.FirstOrDefault(scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))?.Length ?? 0;

    private static int ReadUserInfo(string uri, int start, string source, ConnectionParameters parameters)
    {
        var end = uri.AsSpan(start).IndexOfAny('@', '/');
        if (end < 0 || uri[start + end] != '@')
            return start;

        var colon = uri.AsSpan(start, end).IndexOf(':');
        var userLength = colon < 0 ? end : colon;
        if (userLength > 0)
            parameters.Set("user", Decode(uri, start, userLength, "user name", source));
        if (colon >= 0 && colon + 1 < end)
            parameters.Set("password", Decode(uri, start + colon + 1, end - colon - 1, "password", source));
        return start + end + 1;
    }

    private static int ReadHosts(string uri, int start, string source, ConnectionParameters parameters)
    {
        var stop = uri.AsSpan(start).IndexOfAny('/', '?');
        var end = stop < 0 ? uri.Length : start + stop;
        if (uri.AsSpan(start, end - start).Contains('@'))
            throw Texts.Usage("UriPasswordNotEncoded", source);

        var hosts = new List<string>();
        var ports = new List<string>();
        var position = start;
        while (true)
        {
            position = ReadHost(uri, position, end, source, hosts);
            position = ReadPort(uri, position, end, source, ports);
            if (position == end)
                break;
            position++;
        }

        if (hosts.Exists(host => host.Length > 0))
            parameters.Set("host", string.Join(',', hosts));
        if (ports.Exists(port => port.Length > 0))
            parameters.Set("port", string.Join(',', ports));
        return end;
    }

    private static int ReadHost(string uri, int start, int end, string source, List<string> hosts)
    {
        if (start < end && uri[start] == '[')
        {
            var length = uri.AsSpan(start, end - start).IndexOf(']');
            if (length < 0)
                throw Malformed(source, start, "the IPv6 address has no closing bracket");
            if (length == 1)
                throw Malformed(source, start, "the IPv6 address is empty");
            var after = start + length + 1;
            if (after < end && uri[after] is not (':' or ','))
                throw Malformed(source, after, "only a port, a comma, / or ? may follow an IPv6 address");
            hosts.Add(Decode(uri, start + 1, length - 1, "host", source));
            return after;
        }

        var separator = uri.AsSpan(start, end - start).IndexOfAny(':', ',');
        var hostEnd = separator < 0 ? end : start + separator;
        var host = Decode(uri, start, hostEnd - start, "host", source);
        if (host.Contains(','))
            throw Malformed(source, start, "a host may not contain an encoded comma");
        hosts.Add(host);
        return hostEnd;
    }

    private static int ReadPort(string uri, int position, int end, string source, List<string> ports)
    {
        if (position == end || uri[position] != ':')
        {
            ports.Add("");
            return position;
        }

        var comma = uri.AsSpan(position, end - position).IndexOf(',');
        var portEnd = comma < 0 ? end : position + comma;
        var port = Decode(uri, position + 1, portEnd - position - 1, "port", source);
        if (port.Length > 0 && !ConnectionParameters.IsPort(port))
            throw Malformed(source, position + 1, "the port is not a number from 1 to 65535");
        ports.Add(port);
        return portEnd;
    }

    private static int ReadDatabase(string uri, int start, string source, ConnectionParameters parameters)
    {
        var length = uri.AsSpan(start).IndexOf('?');
        var end = length < 0 ? uri.Length : start + length;
        if (end > start)
            parameters.Set("dbname", Decode(uri, start, end - start, "database name", source));
        return end;
    }

    private static void ReadQuery(string uri, int start, string source, ConnectionParameters parameters)
    {
        var position = start;
        while (position < uri.Length)
        {
            var ampersand = uri.IndexOf('&', position);
            var end = ampersand < 0 ? uri.Length : ampersand;
            var equals = uri.IndexOf('=', position, end - position);
            if (equals < 0)
                throw Malformed(source, position, "a parameter has no value (=)");
            if (uri.IndexOf('=', equals + 1, end - equals - 1) >= 0)
                throw Malformed(source, position, "a parameter has two equals signs; write %3D within a value");
            parameters.SetChecked(
                Decode(uri, position, equals - position, "parameter name", source),
                Decode(uri, equals + 1, end - equals - 1, "parameter value", source)
            );
            position = end + 1;
        }
    }

    private static string Decode(string uri, int start, int length, string part, string source)
    {
        var text = uri.AsSpan(start, length);
        if (!text.Contains('%'))
            return text.ToString();

        var bytes = new List<byte>(length);
        for (var i = 0; i < length; i++)
        {
            if (text[i] != '%')
            {
                var width = char.IsHighSurrogate(text[i]) && i + 1 < length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Slice(i, width).ToArray()));
                i += width - 1;
                continue;
            }

            if (i + 2 >= length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                throw Malformed(source, start + i, $"the {part} has a % that two hexadecimal digits do not follow");
            var value = Convert.FromHexString(text.Slice(i + 1, 2))[0];
            if (value == 0)
                throw Malformed(source, start + i, $"the {part} contains %00");
            bytes.Add(value);
            i += 2;
        }

        try
        {
            return StrictUtf8.GetString(bytes.ToArray());
        }
        catch (DecoderFallbackException)
        {
            throw Malformed(source, start, $"the {part} is not UTF-8 after decoding");
        }
    }

    private static MuedException Malformed(string source, int offset, string what) => Texts.Usage("UriMalformed", source, offset + 1, what);
}
