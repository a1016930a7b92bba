using Mued.PsDb.Benchmarks;

switch (args.FirstOrDefault())
{
    case "lexer":
        LexerBenchmark.Run(args.ElementAtOrDefault(1));
        return 0;
    default:
        Console.Error.WriteLine("usage: benchmarks lexer [folder]");
        return 2;
}
