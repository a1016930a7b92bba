using Mued.PsDb.Benchmarks;

switch (args)
{
    case ["lexer", ..]:
        LexerBenchmark.Run(args.ElementAtOrDefault(1));
        return 0;
    case ["migrate", var cli]:
        await MigrateBenchmark.RunAsync(cli);
        return 0;
    case ["start", var cli, ..]:
        await StartBenchmark.RunAsync(cli, args.ElementAtOrDefault(2));
        return 0;
    case ["module", var module, var program, .. var arguments]:
        await StartBenchmark.RunModuleAsync(module, program, arguments);
        return 0;
    case ["bare", var url, .. var files]:
        await MigrateBenchmark.RunBareAsync(url, files);
        return 0;
    case ["backup", var cli, ..]:
        await BackupBenchmark.RunAsync(
            cli,
            int.Parse(args.ElementAtOrDefault(2) ?? "1000000", System.Globalization.CultureInfo.InvariantCulture)
        );
        return 0;
    case ["fleet", var cli, .. var module]:
        await FleetBenchmark.RunAsync(cli, module);
        return 0;
    case ["schema"]:
        await SchemaBenchmark.RunAsync();
        return 0;
    case ["trace"]:
        await TraceBenchmark.RunAsync();
        return 0;
    default:
        Console.Error.WriteLine(
            "usage: benchmarks lexer [folder] | start <published mued-psdb> [dbmate] | module <its folder> <command of pwsh> | migrate <published mued-psdb> | backup <published mued-psdb> [dialogues] | fleet <published mued-psdb> [folder of the module, command of pwsh] | schema | trace"
        );
        return 2;
}
