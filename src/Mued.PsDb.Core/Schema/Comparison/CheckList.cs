using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>The checks made so far, and how they are made for any kind of object.</summary>
/// <param name="wholeSchemas">The schemas in which anything that is not expected is unexpected.</param>
/// <param name="strict">Whether lesser findings fail the whole.</param>
internal sealed class CheckList(IReadOnlyList<string> wholeSchemas, bool strict)
{
    private List<SchemaCheck> checks = [];

    /// <summary>The checks whose texts differ and may mean the same.</summary>
    public List<Doubt> Doubts { get; } = [];

    /// <summary>The checks, to be read and changed in place.</summary>
    public List<SchemaCheck> Checks => checks;

    /// <summary>What a finding that endangers nothing means.</summary>
    public CheckSeverity Lesser => strict ? CheckSeverity.Error : CheckSeverity.Warning;

    /// <summary>Compares all the objects of a kind, and after them those that are not expected.</summary>
    public void Compare<T>(ObjectComparison<T> kind, IReadOnlyList<T> expectations, IReadOnlyList<T> found)
        where T : class => Unexpected(kind, CompareExpected(kind, expectations, found));

    /// <summary>Compares the expected objects of a kind, and returns those that are there besides.</summary>
    public IReadOnlyList<T> CompareExpected<T>(ObjectComparison<T> kind, IReadOnlyList<T> expectations, IReadOnlyList<T> found)
        where T : class
    {
        if (expectations.Count == 0)
            return found;
        var byKey = found.ToDictionary(kind.KeyOf);
        var extra = found.ExceptBy(expectations.Select(kind.KeyOf), kind.KeyOf).ToList();
        foreach (var expectation in expectations)
        {
            var match = byKey.GetValueOrDefault(kind.KeyOf(expectation));
            // On a table that has something else of the kind, that might be the missing one, renamed.
            var mayBeRenamed = kind.Table is not null && extra.Any(item => kind.KindOf(item) == kind.KindOf(expectation));
            Compare(kind, expectation, match, mayBeRenamed);
        }

        return extra;
    }

    /// <summary>Compares one object and its comment.</summary>
    public void Compare<T>(ObjectComparison<T> kind, T expectation, T? match, bool mayBeRenamed = false)
        where T : class
    {
        checks.Add(Check(kind, expectation, match, mayBeRenamed));
        if (match is not null && checks[^1].Status == CheckStatus.Different)
            Doubt(kind, expectation, match);
        if (Comment(kind, expectation, match) is { } comment)
            checks.Add(comment);
    }

    /// <summary>
    /// Reports objects that are not expected; single tables say nothing about what else there is in their schema.
    /// </summary>
    public void Unexpected<T>(ObjectComparison<T> kind, IEnumerable<T> items)
        where T : class
    {
        foreach (var item in items)
        {
            if (kind.SchemaOf(item) is { } schema && !wholeSchemas.Contains(schema))
                continue;
            checks.Add(
                new(kind.KindOf(item), kind.NameOf(item), CheckStatus.Unexpected)
                {
                    Actual = kind.FactsOf(item).ToString(),
                    Table = kind.Table,
                    Subject = kind.SubjectOf(item),
                    Severity = Lesser,
                    Advice = Texts.Get("Check.Unexpected"),
                    Ways = Known(kind.Drop(item)),
                }
            );
        }
    }

    /// <summary>Says of each check that hangs on another what its cause is.</summary>
    public void MarkConsequences() => checks = [.. Consequences.Mark(checks)];

    private void Doubt<T>(ObjectComparison<T> kind, T expectation, T match)
        where T : class
    {
        var differences = kind.FactsOf(expectation).DifferencesFrom(kind.FactsOf(match));
        if (differences.All(kind.Expressions.Contains) && kind.QueryOf(expectation) is { } expected && kind.QueryOf(match) is { } actual)
            Doubts.Add(new(checks.Count - 1, expected, actual));
    }

    private static SchemaCheck Check<T>(ObjectComparison<T> kind, T expectation, T? match, bool mayBeRenamed)
        where T : class
    {
        var facts = kind.FactsOf(expectation);
        var check = new SchemaCheck(kind.KindOf(expectation), kind.NameOf(expectation), CheckStatus.Passed)
        {
            Expected = facts.ToString(),
            Table = kind.Table,
            Subject = kind.SubjectOf(expectation),
        };
        if (match is null)
        {
            return check with
            {
                Status = CheckStatus.Missing,
                Advice = Texts.Get("Check.Missing", check.Kind, check.Name),
                SuggestedSql = kind.CanCreate && !mayBeRenamed ? kind.Create(expectation) : null,
                Ways = Known(kind.Make(expectation)),
                OnlyLacks = true,
            };
        }

        var found = kind.FactsOf(match);
        var differences = facts.DifferencesFrom(found);
        if (differences.Count == 0)
            return check with { Actual = check.Expected };
        return check with
        {
            Status = CheckStatus.Different,
            Actual = found.ToString(),
            Advice =
                differences is ["validity"] or ["readiness"] or ["index"] or ["validity", "readiness"] ? Texts.Get("Check.IndexInvalid")
                : differences is ["validation"] ? Texts.Get("Check.NotValid")
                : Texts.Get("Check.Different", string.Join(", ", differences)),
            SuggestedSql = kind.Alter(expectation, match),
            Ways = Known([.. kind.Changes(expectation, match)]),
            OnlyLacks = kind.OnlyLacks(expectation, match),
        };
    }

    private SchemaCheck? Comment<T>(ObjectComparison<T> kind, T expectation, T? match)
        where T : class
    {
        var (expected, found) = (kind.CommentOf(expectation), match is null ? null : kind.CommentOf(match));
        if (expected is null && found is null)
            return null;
        var check = new SchemaCheck(kind.CommentKindOf(expectation), kind.NameOf(expectation), CheckStatus.Passed)
        {
            Expected = expected,
            Actual = found,
            Table = kind.Table,
            Subject = kind.NameOf(expectation),
        };
        if (expected is null)
            return check with
            {
                Status = CheckStatus.Unexpected,
                Severity = Lesser,
                Advice = Texts.Get("Check.Unexpected"),
                Ways = [Statement("NULL")],
            };
        return expected == found
            ? check
            : check with
            {
                Status = found is null ? CheckStatus.Missing : CheckStatus.Different,
                Advice = Texts.Get("Check.Comment"),
                OnlyLacks = found is null,
                SuggestedSql = match is null ? null : Statement(SqlString.Literal(expected)),
                Ways = [Statement(SqlString.Literal(expected))],
            };

        string Statement(string text) => $"COMMENT ON {kind.CommentTargetOf(expectation)} IS {text}";
    }

    private static List<string> Known(params string?[] statements) => [.. statements.OfType<string>()];
}
