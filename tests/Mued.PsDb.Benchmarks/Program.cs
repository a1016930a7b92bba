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
        await BackupBenchmark.RunAsync(cli, Count(2, 1_000_000));
        return 0;
    case ["fleet", var cli, .. var module]:
        await FleetBenchmark.RunAsync(cli, module);
        return 0;
    case ["schema"]:
        await SchemaBenchmark.RunAsync();
        return 0;
    case ["layouts"]:
        await LayoutBenchmark.RunAsync();
        return 0;
    case ["metrics", var cli, ..]:
        await RunbookBenchmark.MetricsAsync(cli, Count(2, 1_000_000));
        return 0;
    case ["health", var cli, ..]:
        await RunbookBenchmark.HealthAsync(cli, Count(2, 10_000));
        return 0;
    case ["trace"]:
        await TraceBenchmark.RunAsync();
        return 0;
    default:
        Console.Error.WriteLine(
            "usage: benchmarks lexer [folder] | start <published mued-psdb> [dbmate] | module <its folder> <command of pwsh> | migrate <published mued-psdb> | backup <published mued-psdb> [dialogues] | fleet <published mued-psdb> [folder of the module, command of pwsh] | schema | layouts | metrics <published mued-psdb> [dialogues] | health <published mued-psdb> [tables] | trace"
        );
        return 2;
}

int Count(int place, int normal) =>
    args.ElementAtOrDefault(place) is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : normal;
