namespace Mued.PsDb.Runs;

/// <summary>
/// The application_name of a run's sessions: that of the connection, and the run's id behind it, by which the run is found among all
/// sessions. A server cuts the name after 63 bytes and writes what is not printable ASCII in its own way (PostgreSQL manual,
/// application_name), so neither is left to it.
/// </summary>
/// <param name="Product">What the names of all runs of this connection begin with.</param>
/// <param name="Run">The name of this one.</param>
internal readonly record struct RunName(string Product, string Run)
{
    private const int Longest = 63;
    private const int IdLength = 8;

    /// <summary>The name of a run.</summary>
    /// <param name="applicationName">The connection's.</param>
    /// <param name="id">The run's id.</param>
    public static RunName Of(string applicationName, Guid id)
    {
        // A dollar sign could end the statement that quotes the name.
        var product = string.Concat(applicationName.Select(c => c is >= ' ' and <= '~' and not '$' ? c : '?'));
        product = product[..Math.Min(product.Length, Longest - IdLength - 1)].Trim();
        if (product.Length == 0)
            product = "Mued.PsDb";
        return new(product, $"{product} {id.ToString("N")[..IdLength]}");
    }
}
