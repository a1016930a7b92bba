using System.CommandLine;
using System.CommandLine.Help;

namespace Mued.PsDb.Cli;

/// <summary>The commands, in the order of the help.</summary>
internal static class CommandLine
{
    public static ParseResult Parse(string[] arguments)
    {
        // Neither bundling nor response files: "-Url" is a typing error, and a password may begin with "@".
        var parsed = Root().Parse(arguments, new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (parsed.Action is HelpAction)
            Describe(parsed.RootCommandResult.Command, "mued-psdb");
        return parsed;
    }

    private static RootCommand Root()
    {
        var root = new RootCommand();
        foreach (var option in (Option[])[SharedOptions.Output, SharedOptions.Report, SharedOptions.Reporter, SharedOptions.Verbose])
        {
            option.Recursive = true;
            root.Add(option);
        }

        root.Add(new TestConnectionCommand());
        root.Add(new StatusCommand());
        root.Add(new MigrateCommand());
        root.Add(new ImportHistoryCommand());
        root.Add(new TestMigrationCommand());
        root.Add(new TestSchemaCommand());
        root.Add(new CompareSchemaCommand());
        root.Add(new UndoCommand());
        root.Add(new RestoreCommand());
        root.Add(new ExportSchemaCommand());
        root.Add(new TestHealthCommand());
        root.Add(new UpdateMetricsCommand());
        root.Add(new TestSloCommand());
        root.Add(new TestPluginsCommand());
        root.Add(new DemoCommand());
        return root;
    }

    // Nobody but the help reads descriptions, and it takes one command at a time: an option may mean another thing in each.
    private static void Describe(Command command, string name)
    {
        command.Description = Texts.Get(name);
        foreach (var option in command.Options)
            option.Description = Texts.Find($"{name} {option.Name}") ?? Texts.Get(option.Name);
        foreach (var part in command.Subcommands)
            Describe(part, part.Name);
    }
}
