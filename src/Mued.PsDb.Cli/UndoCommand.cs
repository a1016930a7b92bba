namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb undo</c>: without --force it says what would be lost and asks.</summary>
internal static class UndoCommand
{
    public static async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = context.Options.Connect(context.Parsed);
        var options = context.Options.Undo(context.Parsed);
        if (!options.Force && !options.DryRun)
        {
            if (Console.IsInputRedirected || Console.IsErrorRedirected)
                throw Refusal("ConfirmationNeeded", "undo needs a confirmation, and nobody is there to be asked.").ToException();
            var plan = await UndoRunner.PlanAsync(settings, options, context.Progress, cancellationToken);
            if (!plan.NothingToDo && !await AskAsync(plan, cancellationToken))
                throw Refusal("NotConfirmed", "Nothing was undone.").ToException();
            options = options with { BackupPath = plan.BackupPath ?? options.BackupPath };
        }

        return ReportDocument.From(await UndoRunner.RunAsync(settings, options, context.Progress, cancellationToken));
    }

    private static async Task<bool> AskAsync(UndoPlan plan, CancellationToken cancellationToken)
    {
        Console.Error.WriteLine($"Undo {Safe(string.Join(", ", plan.Units.Select(unit => unit.Name)))} on {Safe(plan.Target)}:");
        foreach (var table in plan.Tables)
            Console.Error.WriteLine($"  table {Safe(table.Name)}, {table.Rows:N0} rows");
        foreach (var column in plan.Columns)
            Console.Error.WriteLine($"  column {Safe(column.Table)}.{Safe(column.Name)}, {column.Rows:N0} rows");
        foreach (var dependent in plan.Dependents)
            Console.Error.WriteLine($"  {Safe(dependent.Kind)} {Safe(dependent.Name)}, which depends on {Safe(dependent.DependsOn)}");
        foreach (var warning in plan.Warnings)
            Console.Error.WriteLine($"  Warning: {Safe(warning)}");
        Console.Error.WriteLine(plan.BackupPath is null ? "  no backup" : $"  backup in {Safe(plan.BackupPath)}");
        Console.Error.Write("Go on? [y/N] ");

        // Ctrl+C cancels the token and does not end a read from the terminal.
        var answer = await Task.Run(Console.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
        return answer?.Trim() is "y" or "Y" or "yes";
    }

    private static MuedError Refusal(string id, string message) =>
        new(id, message, "Pass --force to skip the question; the backup is made all the same.", ExitCode.Usage);

    private static string Safe(string text) => TextReportWriter.Safe(text);
}
