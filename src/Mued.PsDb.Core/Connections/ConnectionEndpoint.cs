using System.Globalization;
using System.Net;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Connections;

/// <summary>One server to try.</summary>
/// <param name="Host">A name, an address without brackets, or the folder of a socket.</param>
/// <param name="Port">The TCP port, or the number in the socket's name.</param>
internal sealed record ConnectionEndpoint(string Host, int Port)
{
    /// <summary>Whether it is a Unix-domain socket.</summary>
    public bool IsSocket => Host.StartsWith('/') || Host.StartsWith('@') || (OperatingSystem.IsWindows() && Path.IsPathRooted(Host));

    /// <summary>Whether the traffic stays on this machine.</summary>
    public bool IsLocal =>
        IsSocket
        || Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Whether it is an endpoint of Neon, which may have to wake first.</summary>
    public bool IsNeon =>
        Host.EndsWith(".neon.tech", StringComparison.OrdinalIgnoreCase) || Host.EndsWith(".neon.build", StringComparison.OrdinalIgnoreCase);

    /// <summary>The host as Npgsql and a reader take it: IPv6 in brackets.</summary>
    public string HostText => Host.Contains(':', StringComparison.Ordinal) && !IsSocket ? $"[{Host}]" : Host;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{HostText}:{Port}");

    /// <summary>Pairs the lists of hosts and ports, by libpq's rule: one port for all hosts, or one for each.</summary>
    /// <exception cref="MuedException">The lists do not fit, or a port is not a number.</exception>
    public static IReadOnlyList<ConnectionEndpoint> From(string? hosts, string? ports, string source)
    {
        var portTexts = (ports ?? "").Split(',', StringSplitOptions.TrimEntries);
        if (Array.Exists(portTexts, port => port.Length > 0 && !ConnectionParameters.IsPort(port)))
            throw Texts.Usage("ParameterInvalid", source, "port", "1 to 65535");
        var numbers = Array.ConvertAll(portTexts, port => port.Length == 0 ? 5432 : int.Parse(port, CultureInfo.InvariantCulture));

        var names = (hosts ?? "").Split(',', StringSplitOptions.TrimEntries);
        if (numbers.Length != 1 && numbers.Length != names.Length)
            throw Texts.Usage("HostsAndPorts", source, names.Length, numbers.Length);
        return names
            .Select(
                (name, index) =>
                {
                    var port = numbers[numbers.Length == 1 ? 0 : index];
                    return new ConnectionEndpoint(name.Length == 0 ? DefaultHost(port) : Checked(name, source), port);
                }
            )
            .ToArray();
    }

    // The folders that libpq is built with: upstream's, and that of Debian and Red Hat.
    private static string DefaultHost(int port) =>
        Array.Find(["/var/run/postgresql", "/tmp"], folder => File.Exists(Path.Combine(folder, $".s.PGSQL.{port}"))) ?? "localhost";

    // White space or = in a host is a connection string that was read in the wrong form; its text may be the password.
    private static string Checked(string host, string source) =>
        host.AsSpan().IndexOfAny(" =;\t") >= 0 && !host.StartsWith('/') ? throw Texts.Usage("ConnectionStringMalformed", source) : host;
}
