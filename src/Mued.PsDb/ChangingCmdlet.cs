using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>A cmdlet that changes databases: it can rehearse, takes locks for moments only, and tries again.</summary>
public abstract class ChangingCmdlet : ReportingCmdlet
{
    /// <summary>Rehearses everything in a transaction that is rolled back.</summary>
    [Parameter]
    public SwitchParameter DryRun { get; set; }

    /// <summary>How long a statement may wait for a lock before the run steps back and tries again. A number is seconds.</summary>
    [Parameter]
    [Duration]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public TimeSpan? LockTimeout { get; set; }

    /// <summary>
    /// How long others may wait for the run before it is cancelled and rolled back; zero sets no bound. A number is seconds.
    /// </summary>
    [Parameter]
    [Duration]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public TimeSpan? MaxBlocking { get; set; }

    /// <summary>
    /// How long one statement may run; without it there is no limit, whatever the server, the database or the role has. A number is seconds.
    /// </summary>
    [Parameter]
    [Duration]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public TimeSpan? StatementTimeout { get; set; }

    /// <summary>Writes although transactions of the role, the database or the server are read-only by default.</summary>
    [Parameter]
    public SwitchParameter AllowReadOnlyDefault { get; set; }

    /// <summary>How many tries there are against transient failures, the first included.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public int? MaxAttempts { get; set; }

    /// <summary>How long these tries may take together. A number is seconds.</summary>
    [Parameter]
    [Duration]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public TimeSpan? RetryTime { get; set; }

    /// <summary>Options with what every run that changes a database is asked.</summary>
    /// <param name="options">The others, and the defaults of these.</param>
    private protected T Run<T>(T options)
        where T : RunOptions
    {
        options = Project.Fill(options);
        return options with
        {
            DryRun = DryRun,
            LockTimeout = LockTimeout ?? options.LockTimeout,
            MaxBlocking = MaxBlocking ?? options.MaxBlocking,
            StatementTimeout = StatementTimeout ?? options.StatementTimeout,
            AllowReadOnlyDefault = AllowReadOnlyDefault,
            MaxAttempts = MaxAttempts ?? options.MaxAttempts,
            RetryTime = RetryTime ?? options.RetryTime,
        };
    }
}
