namespace Mued.PsDb.Schema;

/// <summary>
/// What is compared about one object, aspect by aspect, in the words that the check shows: what a person reads is exactly what was
/// compared.
/// </summary>
/// <param name="Aspects">The aspects, each with its text; null where the object has nothing of it.</param>
internal readonly record struct ObjectFacts(params (string Aspect, string? Text)[] Aspects)
{
    /// <summary>The aspects in which two objects differ.</summary>
    public IReadOnlyList<string> DifferencesFrom(ObjectFacts other)
    {
        List<string>? differences = null;
        for (var i = 0; i < Aspects.Length; i++)
        {
            if (Aspects[i].Text != other.Aspects[i].Text)
                (differences ??= []).Add(Aspects[i].Aspect);
        }

        return differences ?? (IReadOnlyList<string>)[];
    }

    /// <summary>Whether another object has nothing that this one has not; a list may have fewer items there.</summary>
    public bool Exceed(ObjectFacts other)
    {
        for (var i = 0; i < Aspects.Length; i++)
        {
            var (expected, found) = (Aspects[i].Text, other.Aspects[i].Text);
            if (expected == found || found is null || (expected is null && Aspects[i].Aspect == "validation"))
                continue;
            var isList = Aspects[i].Aspect is "options" or "settings" or "parents";
            if (!isList || SettingList.HasMore(found, expected))
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Aspects.Where(aspect => aspect.Text is not null).Select(aspect => aspect.Text));
}
