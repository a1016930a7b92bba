namespace Mued.PsDb.Cli;

/// <summary>Asks a person on the terminal, and takes nothing but a yes for one.</summary>
internal static class Question
{
    /// <summary>Whether nobody is there to be asked.</summary>
    public static bool Impossible => Console.IsInputRedirected || Console.IsErrorRedirected;

    /// <summary>Shows the lines, which are safe to print, and asks whether to go on.</summary>
    public static async Task<bool> AskAsync(IEnumerable<string> lines, CancellationToken cancellationToken)
    {
        foreach (var line in lines)
            Console.Error.WriteLine(line);
        Console.Error.Write(Texts.Get("GoOn"));

        // Ctrl+C cancels the token and does not end a read from the terminal.
        var answer = await Task.Run(Console.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
        return answer?.Trim() is "y" or "Y" or "yes";
    }
}
