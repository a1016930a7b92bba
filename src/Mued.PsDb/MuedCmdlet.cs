using System.Collections;
using System.Globalization;
using System.Management.Automation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Commands;

/// <summary>
/// A cmdlet that works on databases, which it is given or which come down the pipeline. A database that fails is an error record and does
/// not stop another one.
/// </summary>
public abstract class MuedCmdlet : AsyncCmdlet
{
    private const int ActivityId = 0x4D55;

    private readonly HashSet<(string Target, string? Path)> seen = [];
    private bool connectionOnCommandLine;
    private HashSet<string> onCommandLine = [];
    private List<ParameterMetadata>? byProperty;
    private string? meant;
    private bool isFound;
    private int objects;
    private MuedProject? project;

    /// <summary>
    /// The database, or several: a connection URI, a libpq or an Npgsql connection string, or an object that has one in a property of
    /// this parameter's names. Without it DATABASE_URL (environment, .env.local, .env) and then the PG* variables say where it is.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ConnectionString", "DatabaseUrl", "Url")]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [AllowEmptyString]
    [ConnectionOf]
    public string[]? Connection { get; set; }

    /// <summary>
    /// A record that a command of this module gave. It names its database and its folder; one of Get-MuedMigration names a migration,
    /// and a command that changes migrations acts on those that are named.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    /// <summary>The role and its password; they override those of the connection.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Credential]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public PSCredential? Credential { get; set; }

    /// <summary>The file to read DATABASE_URL from, in place of the environment, .env.local and .env.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FileCompleter))]
    [ValidateNotNullOrEmpty]
    public string? EnvFile { get; set; }

    // A variable that is not set is given and empty; taken for nothing, it would lead to whatever database .env names.
    private bool ConnectionGiven => MyInvocation.BoundParameters.ContainsKey(nameof(Connection));

    /// <summary>Masks the secrets of the command line before the first database.</summary>
    protected override void BeginProcessing()
    {
        CommandLineMask.Apply(MyInvocation);
        connectionOnCommandLine = ConnectionGiven;
        onCommandLine = [.. MyInvocation.BoundParameters.Keys];
    }

    /// <summary>Finds the database and hands it on; errors of the engine become error records.</summary>
    protected sealed override void ProcessRecord()
    {
        HadInput = true;
        objects++;
        var record = InputObject;
        if (MyInvocation.BoundParameters.ContainsKey(nameof(InputObject)))
        {
            // A variable without a value; taken for no input at all, it would lead to whatever database the environment names.
            if (record is null)
            {
                Guard(Given(nameof(InputObject)), () => throw Foundation.Texts.Usage("InputNull"));
                return;
            }

            MyInvocation.BoundParameters[nameof(InputObject)] = "***";
            if (NotTaken(record) is { } property)
            {
                Guard(Given(nameof(InputObject)), () => throw Foundation.Texts.Usage("InputNotTaken", property));
                return;
            }
        }

        // The databases of the command line are those of every record.
        var given =
            !ConnectionGiven || (Listed is not null && !connectionOnCommandLine) ? null
            : Connection is null or [] ? [""]
            : Connection;
        if (MyInvocation.ExpectingInput && given?.All(string.IsNullOrWhiteSpace) == true && !connectionOnCommandLine)
        {
            if (PipedRecord.IsText(record))
            {
                WriteVerbose(Texts.Get("EmptyLineSkipped"));
                return;
            }

            given = PipedRecord.Is(record) ? null : given;
        }

        if (record is not null && (connectionOnCommandLine || Listed is not null) && !IsOfUse(record))
        {
            Guard(Given(nameof(InputObject)), () => throw Foundation.Texts.Usage("InputUnused", record.BaseObject.GetType().Name));
            return;
        }

        // Of several databases a record that went through a file means its own, as one of this session does.
        meant = FindsDatabases || (Listed?.Count ?? 0) + (given?.Length ?? 0) > 1 ? PipedRecord.TargetOf(record) : null;
        isFound = false;
        if (meant is null || !FindsDatabases)
            Take(given, record);
        if (meant is { } elsewhere && !isFound)
            Guard(Given(nameof(InputObject)), () => throw Foundation.Texts.Usage("RecordElsewhere", elsewhere));
    }

    private void Take(string[]? given, PSObject? record)
    {
        foreach (var settings in Listed ?? [])
            Guard(settings.Target, () => Take(settings, record));
        if (Listed is not null && given is null)
            return;

        // PowerShell makes a connection of the text of an object that has none.
        if (
            !connectionOnCommandLine
            && record is not null
            && !PipedRecord.IsText(record)
            && PipedRecord.ConnectionOf(record) is null
            && !NeedsConnection
        )
            given = null;
        if (!NeedsConnection && given is null && EnvFile is null && !PipedRecord.Is(record))
        {
            Guard(nameof(Connection), ProcessWithoutConnection);
            return;
        }

        // Every record of this session refers to the invocation, and so to the values that were bound.
        if (given is not null)
            MyInvocation.BoundParameters[nameof(Connection)] = "***";
        var several = given is [_, _, ..];
        for (var i = 0; i < (given?.Length ?? 1); i++)
        {
            var source = several ? $"-{nameof(Connection)}[{i}]" : null;
            if (IsPiped && given is not null)
                source ??= Given(nameof(Connection));
            Guard(source ?? EnvFile ?? nameof(Connection), () => Take(FindConnection(given?[i], source, record), record));
        }
    }

    private bool IsPiped => MyInvocation.ExpectingInput && !connectionOnCommandLine;

    // Which of many objects it was that gave a parameter its value.
    private string Given(string parameter) => MyInvocation.ExpectingInput ? $"-{parameter}, object {objects}" : parameter;

    // What PowerShell cannot convert it leaves out without a word, and the record would do another thing than it says.
    private string? NotTaken(PSObject record)
    {
        byProperty ??=
        [
            .. MyInvocation.MyCommand.Parameters.Values.Where(parameter =>
                parameter.Name != nameof(Connection)
                && parameter.ParameterSets.Any(set =>
                    set.Value.ValueFromPipelineByPropertyName
                    && (set.Key == ParameterAttribute.AllParameterSets || set.Key == ParameterSetName)
                )
            ),
        ];
        return byProperty
            .Where(parameter => !MyInvocation.BoundParameters.ContainsKey(parameter.Name))
            .SelectMany(parameter => parameter.Aliases.Prepend(parameter.Name))
            .FirstOrDefault(name => record.Properties[name]?.Value is { } value and not "");
    }

    // Where the command line has the databases, a record must say something else; done without it, another thing would be done.
    private bool IsOfUse(PSObject record) =>
        PipedRecord.MigrationOf(record) is not null
        || PipedRecord.IsReport(record)
        || MyInvocation.BoundParameters.Keys.Any(name => name != nameof(InputObject) && !onCommandLine.Contains(name));

    /// <summary>Takes a database that was found.</summary>
    private protected void Take(ConnectionSettings settings, PSObject? record)
    {
        if (meant is not null && meant != settings.Target)
            return;
        isFound = true;
        if (settings.Schema is not null && this is not ITenantCmdlet)
            throw Foundation.Texts.Usage("TenantUnsupported", settings.Target, MyInvocation.MyCommand.Name);
        WriteVerbose(Texts.Get("ConnectionFound", settings.Target, settings.Source));
        foreach (var warning in settings.Warnings)
            WriteWarning(warning);
        if (PipedRecord.MigrationOf(record) is not { } migration || !Chooses(settings, migration))
            Guard(settings.Target, () => Process(settings));
    }

    /// <summary>
    /// Whether a record that names a migration is dealt with already. A cmdlet that does not act on single migrations takes the first
    /// record of a database and a folder for all.
    /// </summary>
    /// <param name="settings">The database of the record.</param>
    /// <param name="migration">The name of the migration.</param>
    /// <returns>Whether the record needs no run of its own.</returns>
    private protected virtual bool Chooses(ConnectionSettings settings, string migration) =>
        !seen.Add((settings.Target, InputObject?.Properties[nameof(MigrationInfo.Path)]?.Value as string));

    /// <summary>Whether the databases are still to be found, from those that are named.</summary>
    private protected virtual bool FindsDatabases => false;

    /// <summary>Whether there was anything to process: a pipeline may bring nothing.</summary>
    private protected bool HadInput { get; private set; }

    /// <summary>The databases of a file that the command line names; null for none.</summary>
    private protected virtual IReadOnlyList<ConnectionSettings>? Listed => null;

    /// <summary>Makes an error of the engine an error record, so that the next database gets its turn.</summary>
    /// <param name="target">What the error is about when it does not say so itself.</param>
    /// <param name="work">The work.</param>
    private protected void Guard(object target, Action work)
    {
        try
        {
            work();
        }
        catch (MuedException e)
        {
            var error = MuedError.From(e);
            Miss(target, error);
            TellFailure(error, null);
            WriteError(ErrorRecords.From(e, target));
        }
    }

    /// <summary>The same for work on one database, which the error then names.</summary>
    /// <param name="settings">The database.</param>
    /// <param name="work">The work.</param>
    private protected void Guard(ConnectionSettings settings, Action work)
    {
        try
        {
            work();
        }
        catch (MuedException e)
        {
            var error = MuedError.From(e).About(settings.Target);
            TellFailure(error, settings);
            WriteError(ErrorRecords.From(error.ToException(), settings.Target));
        }
    }

    /// <summary>Notes that there is no work on what was given, since it could not be read.</summary>
    private protected virtual void Miss(object target, MuedError error) { }

    /// <summary>Tells of an error that ended a command before it had a report, where its report would be told.</summary>
    private protected virtual void TellFailure(MuedError error, ConnectionSettings? settings) { }

    /// <summary>The folder of migrations that is meant, from PowerShell's current location.</summary>
    /// <param name="path">The folder that was named, if any.</param>
    /// <param name="phase2">Whether the bundled Phase 2 was asked for.</param>
    /// <param name="planned">The folder of the plan to which the run is held, if any.</param>
    /// <returns>The folder as the engine takes it, and why it is that one.</returns>
    private protected FolderChoice Choose(string? path, bool phase2, string? planned = null)
    {
        var named = path is null || PipedRecord.IsOfBackup(InputObject) ? null : path;
        var full = named is null || named == BundledSql.Migrations ? named : FullPath(named);
        return FolderChoice.Of(full, phase2, Project, planned);
    }

    /// <summary>What mued.json says for PowerShell's current location.</summary>
    private protected MuedProject Project => project ??= ProjectSearch.Find(SessionState.Path.CurrentFileSystemLocation.ProviderPath);

    private ConnectionSettings FindConnection(string? connection, string? source, PSObject? record)
    {
        if (PipedConnection.Find(connection) is { } piped)
        {
            if (Login is { } login)
                piped = piped.WithCredential(login.UserName, login.GetNetworkCredential().Password);
            return EnvFile is null || Resolve(null, null).IsDatabaseOf(piped)
                ? piped
                : throw Foundation.Texts.Usage("ConnectionTwice", piped.Target, EnvFile);
        }

        // PowerShell makes a text of an object that has no property for the connection.
        if (connectionOnCommandLine || record is null)
            return Resolve(connection, source);
        if (PipedRecord.Is(record))
            return FindAgain(record);
        try
        {
            return Resolve(connection, source);
        }
        catch (MuedException e) when (!PipedRecord.IsText(record) && PipedRecord.ConnectionOf(record) is null)
        {
            throw Foundation.Texts.Error("InputWithoutDatabase", ExitCode.Usage, e, record.BaseObject.GetType().Name);
        }
    }

    // A record of another session knows no password. What the environment names is its database, or is not used. A record that was made
    // without a database has none to be taken for another.
    private ConnectionSettings FindAgain(PSObject record)
    {
        var target = record.Properties[nameof(MigrationInfo.Target)];
        if (target?.Value is null or "" && target is not null)
            return Resolve(null, null);
        try
        {
            var found = Resolve(null, null);
            if (target?.Value as string == found.Target)
                return found;
        }
        catch (MuedException e)
        {
            WriteDebug(e.Message);
        }

        throw Foundation.Texts.Usage("RecordWithoutConnection");
    }

    // PSCredential.Empty is PowerShell's way to say none.
    private PSCredential? Login => Credential == PSCredential.Empty ? null : Credential;

    private ConnectionSettings Resolve(string? connection, string? source)
    {
        var request = Request with { Connection = connection };
        return ConnectionSettings.Resolve(source is null ? request : request with { ConnectionSource = source });
    }

    /// <summary>Where a connection is looked for, without one.</summary>
    private protected ConnectionRequest Request =>
        new()
        {
            UserName = Login?.UserName,
            Password = Login?.GetNetworkCredential().Password,
            EnvFile = EnvFile is null ? null : FullPath(EnvFile),
            WorkingDirectory = SessionState.Path.CurrentFileSystemLocation.ProviderPath,
        };

    /// <summary>Puts a record out from which the next command of the pipeline finds the same database.</summary>
    /// <param name="record">The record.</param>
    /// <param name="settings">The database that it is about.</param>
    private protected void WriteRecord(object record, ConnectionSettings? settings)
    {
        if (settings is not null)
            PipedConnection.Remember(record, settings);
        WriteObject(record);
    }

    /// <summary>Whether there must be a database; else one is used that was named in so many words, and the environment's is not.</summary>
    private protected virtual bool NeedsConnection => true;

    /// <summary>Runs the cmdlet where none was named.</summary>
    private protected virtual void ProcessWithoutConnection() => throw new NotSupportedException();

    /// <summary>Deals with one database.</summary>
    /// <param name="settings">The database.</param>
    private protected abstract void Process(ConnectionSettings settings);

    /// <summary>The full path of what the user gave, from PowerShell's current location; the file need not exist.</summary>
    /// <param name="path">The path, perhaps relative or on a PowerShell drive.</param>
    /// <returns>The path as the file system knows it.</returns>
    protected string FullPath(string path) => GetUnresolvedProviderPathFromPSPath(path);

    /// <summary>A table of names as the engine takes it.</summary>
    /// <param name="table">The values by name.</param>
    /// <returns>The same, as texts.</returns>
    private protected static IReadOnlyDictionary<string, string> NamesOf(Hashtable? table) =>
        (table ?? [])
            .Cast<DictionaryEntry>()
            .ToDictionary(
                entry => LanguagePrimitives.ConvertTo<string>(entry.Key),
                entry => LanguagePrimitives.ConvertTo<string>(entry.Value) ?? "",
                StringComparer.Ordinal
            );

    /// <summary>Numbers by name, or a file of them, as the engine takes them.</summary>
    /// <param name="given">A table, or the path of a file; null for none.</param>
    /// <returns>Each either NAME=VALUE or the file's full path.</returns>
    private protected IEnumerable<string> NumbersOf(object? given) =>
        (given is PSObject wrapped ? wrapped.BaseObject : given) switch
        {
            null => [],
            IDictionary table => table
                .Keys.Cast<object>()
                .Select(key => string.Create(CultureInfo.InvariantCulture, $"{key}={table[key]}")),
            { } path => [FullPath(string.Create(CultureInfo.InvariantCulture, $"{path}"))],
        };

    /// <summary>Whether the cmdlet is only to say what it would do.</summary>
    protected bool IsWhatIf =>
        MyInvocation.BoundParameters.TryGetValue("WhatIf", out var bound)
            ? LanguagePrimitives.IsTrue(bound)
            : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    /// <summary>Where the engine tells its progress; dispose it on the pipeline's thread when the run is over.</summary>
    /// <param name="activity">The title of the progress bar.</param>
    /// <returns>The receiver.</returns>
    private protected ProgressDisplay Progress(string activity) =>
        TellsAgent
            ? new(this, OnPipeline, new AzurePipelinesProgress(line => OnPipeline(() => WriteHost(line))), null)
            : new(this, OnPipeline, null, ShowsProgress ? (value, elapsed) => ShowBar(activity, value, elapsed) : null);

    /// <summary>Whether a build agent reads what this session prints.</summary>
    private protected virtual bool TellsAgent => false;

    /// <summary>Prints lines on the host, as Write-Host does.</summary>
    /// <param name="text">One line or several.</param>
    private protected void WriteHost(string text) => WriteInformation(new HostInformationMessage { Message = text }, ["PSHOST"]);

    private void ShowBar(string activity, RunProgress? value, TimeSpan elapsed) =>
        WriteProgress(
            value is null
                ? new ProgressRecord(ActivityId, activity, " ") { RecordType = ProgressRecordType.Completed }
                : new ProgressRecord(ActivityId, activity, ProgressLine.Of(value, elapsed))
                {
                    CurrentOperation = value.Migration is null ? null : UntrustedText.OneLine(value.Migration),
                    PercentComplete = value.Percent ?? -1,
                }
        );

    // A progress bar is for a person at a terminal. -ProgressAction asks for it, or against it, in so many words.
    private bool ShowsProgress =>
        MyInvocation.BoundParameters.ContainsKey("ProgressAction")
        || (
            Environment.GetEnvironmentVariable("TF_BUILD") is null
            && Host.Name == "ConsoleHost"
            && !Console.IsOutputRedirected
            && !Environment.GetCommandLineArgs().Any(argument => argument.StartsWith("-noni", StringComparison.OrdinalIgnoreCase))
        );
}
