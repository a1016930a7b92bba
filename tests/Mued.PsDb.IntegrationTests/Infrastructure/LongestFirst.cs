using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Mued.PsDb.Tests.LongestFirst", "Mued.PsDb.IntegrationTests")]

namespace Mued.PsDb.Tests;

/// <summary>
/// Starts the Pester files first: their rows run one after the other, and begun late they alone would be waited for at the end.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection => collection.DisplayName.Contains(nameof(PesterTests), StringComparison.Ordinal));
}
