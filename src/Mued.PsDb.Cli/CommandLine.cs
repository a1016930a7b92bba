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
            Describe(parsed.RootCommandResult.Command, parsed.CommandResult.Command);
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
        root.Add(new NewMigrationCommand());
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

    // Nobody but the help reads descriptions, and it shows the options of one command: the same option may mean another thing in each.
    private static void Describe(Command root, Command shown)
    {
        root.Description = Texts.Get("mued-psdb");
        foreach (var command in root.Subcommands)
            command.Description = Texts.Get(command.Name);
        foreach (var option in root.Options.Concat(shown.Options))
            option.Description = Texts.Find($"{shown.Name} {option.Name}") ?? Texts.Get(option.Name);
        foreach (var argument in shown.Arguments)
            argument.Description = Texts.Get(argument.Name);
    }
}
