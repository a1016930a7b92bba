namespace Mued.PsDb.Reporting;

/// <summary>
/// Where a report comes from: the module, and on a build agent the commit and the build (Microsoft Learn, "Use predefined variables").
/// </summary>
/// <param name="variable">Reads a variable of the environment.</param>
internal sealed class ReportOrigin(Func<string, string?> variable)
{
    /// <summary>The module and its version.</summary>
    public static string Product { get; } = $"Mued.PsDb {typeof(ReportOrigin).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>The commit of the repository that is built; null elsewhere.</summary>
    public string? Commit => Known("BUILD_SOURCEVERSION");

    /// <summary>The number of the build; null elsewhere.</summary>
    public string? Build => Known("BUILD_BUILDNUMBER");

    /// <summary>The page of the build; null where the agent does not tell it.</summary>
    public Uri? BuildPage =>
        Known("SYSTEM_COLLECTIONURI") is { } collection
        && Known("SYSTEM_TEAMPROJECT") is { } project
        && Known("BUILD_BUILDID") is { } id
        && Uri.TryCreate(
            $"{collection.TrimEnd('/')}/{Uri.EscapeDataString(project)}/_build/results?buildId={Uri.EscapeDataString(id)}",
            UriKind.Absolute,
            out var page
        )
        && (page.Scheme == Uri.UriSchemeHttps || page.Scheme == Uri.UriSchemeHttp)
            ? page
            : null;

    private string? Known(string name) => variable(name) is { Length: > 0 } value ? value : null;
}
