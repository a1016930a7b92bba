namespace Mued.PsDb.HelpBuilder;

/// <summary>What is wrong with the help, told in the form that MSBuild and editors understand.</summary>
internal sealed class Mistakes
{
    /// <summary>Whether there is any.</summary>
    public bool Any { get; private set; }

    /// <summary>Tells one.</summary>
    /// <param name="file">The file that has it.</param>
    /// <param name="line">The line, the first being 1.</param>
    /// <param name="message">What is wrong, and what to do.</param>
    public void Add(string file, int line, string message)
    {
        Any = true;
        Console.WriteLine($"{file}({line}): error HELP: {message}");
    }
}
