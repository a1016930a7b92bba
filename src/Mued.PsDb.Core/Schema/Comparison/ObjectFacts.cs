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

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Aspects.Where(aspect => aspect.Text is not null).Select(aspect => aspect.Text));
}
