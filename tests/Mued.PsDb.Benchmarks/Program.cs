using Mued.PsDb.Benchmarks;

switch (args)
{
    case ["lexer", ..]:
        LexerBenchmark.Run(args.ElementAtOrDefault(1));
        return 0;
    case ["migrate", var cli]:
        await MigrateBenchmark.RunAsync(cli);
        return 0;
    case ["bare", var url, .. var files]:
        await MigrateBenchmark.RunBareAsync(url, files);
        return 0;
    default:
        Console.Error.WriteLine("usage: benchmarks lexer [folder] | migrate <published mued-psdb>");
        return 2;
}
