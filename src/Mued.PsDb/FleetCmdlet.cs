using System.Management.Automation;
using Mued.PsDb.Fleet;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Commands;

/// <summary>
/// A cmdlet that goes over its databases side by side, when all are known. On one database it is as if there were no fleet. Databases that
/// differ in more than their connection, such as rows of a CSV file with a folder each, are as many fleets, one after the other.
/// </summary>
public abstract class FleetCmdlet : MuedCmdlet
{
    private readonly List<(object Key, CmdletRun Run, List<ConnectionSettings> Databases)> given = [];
    private readonly List<ReportDocument> missed = [];
    private bool isAllGiven;
    private List<ErrorRecord>? withheld;
    private IReadOnlyList<ConnectionSettings>? listed;
    private TargetSearch search = new();

    /// <summary>A file with one connection a line; lines that begin with # are left out.</summary>
    [Parameter]
    [Alias("UrlFile")]
    [ArgumentCompleter(typeof(FileCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ConnectionFile { get; set; }

    /// <summary>A query on each given database, a catalog, whose first column is the connection of a database to work on.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Tenant { get; set; }

    /// <summary>A pattern for the names of the databases to work on, of the server of each given one.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? Database { get; set; }

    /// <summary>The part of the databases that is meant: 3/8, or Auto for what the job of a pipeline is.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Shard { get; set; }

    /// <summary>How many databases are worked on at the same time, at most.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [ValidateRange(1, int.MaxValue)]
    public int ThrottleLimit { get; set; } = new FleetOptions().ThrottleLimit;

    /// <summary>How many databases go first; when one of them fails, no other is begun.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [ValidateRange(0, int.MaxValue)]
    public int Canary { get; set; }

    /// <summary>How many databases may fail before no other is begun; without it as many as there are, and with -ErrorAction Stop one.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [ValidateRange(1, int.MaxValue)]
    public int? MaxFailures { get; set; }

    /// <summary>Reads the file of connections.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            var tenants = this as ITenantCmdlet;
            search = new()
            {
                Tenant = Tenant,
                Database = Database,
                TenantSchema = tenants?.TenantSchema,
                HistoryTable = tenants?.TenantSchema is null ? null : Project.HistoryOf(tenants.HistoryTable),
                Shard = Shard is null ? null : Fleet.Shard.Parse(Shard),
            };
            if (ConnectionFile is not null)
                listed = [.. Mued.PsDb.Fleet.ConnectionFile.Read(FullPath(ConnectionFile), Resolver(Request))];
        }
        catch (MuedException e)
        {
            TellFailure(MuedError.From(e), null);
            ThrowTerminatingError(ErrorRecords.From(e, ConnectionFile ?? Shard));
        }
    }

    /// <summary>Notes the database, and what the parameters say now.</summary>
    private protected sealed override void Process(ConnectionSettings settings)
    {
        var key = Key;
        var known = given.Find(one => one.Key.Equals(key));
        if (known.Run is null)
            given.Add((key, Prepare(), [settings]));
        else
            known.Databases.Add(settings);
    }

    /// <summary>Goes over all databases.</summary>
    protected override void EndProcessing()
    {
        isAllGiven = true;
        if (!HadInput || (given.Count == 0 && missed.Count > 1))
            RunNone();
        foreach (var (_, run, databases) in given)
        {
            Guard(
                databases[0].Target,
                () =>
                {
                    if (NamesMany)
                        CheckMany();
                    run(Await(token => search.FindAsync(databases, Resolver(Request with { EnvFile = null }), token)));
                }
            );
        }
    }

    /// <inheritdoc/>
    private protected sealed override void Miss(object target, MuedError error)
    {
        if (!isAllGiven)
            missed.Add(ReportDocument.Part(CommandName, target.ToString()!, error));
    }

    /// <inheritdoc/>
    private protected override bool FindsDatabases => search.Finds;

    /// <inheritdoc/>
    private protected override IReadOnlyList<ConnectionSettings>? Listed => listed;

    /// <summary>The command, as <c>mued-psdb</c> names it.</summary>
    private protected abstract string CommandName { get; }

    /// <summary>What the command does on the databases, as the parameters are now.</summary>
    private protected abstract CmdletRun Prepare();

    /// <summary>Refuses, where several databases are named, what is for one alone; nothing is done on any before.</summary>
    /// <exception cref="MuedException">The parameters ask for such a thing (exit code 2).</exception>
    private protected virtual void CheckMany() { }

    /// <summary>What a record can say beside its database: databases with the same are one fleet.</summary>
    private protected virtual object Key => "";

    /// <summary>Whether the parameters ask for a fleet, however many databases it has.</summary>
    private protected bool MeansMany => search.IsNeeded || ConnectionFile is not null;

    /// <summary>How to go over many.</summary>
    private protected FleetOptions Way =>
        new()
        {
            ThrottleLimit = ThrottleLimit,
            Canary = Canary,
            MaxFailures = MaxFailures ?? (StopsAtErrors ? 1 : null),
        };

    /// <summary>Does the same work on every database.</summary>
    private protected CmdletRun Each(CmdletWork work) =>
        databases =>
        {
            if (MeansMany || databases.Count > 1 || missed.Count > 0)
                RunMany(work, databases);
            else
                Guard(databases[0], () => RunOne(work, databases[0]));
        };

    /// <summary>Puts the record of a database out, and its error.</summary>
    private protected abstract void Put(ReportDocument document, ConnectionSettings? settings);

    /// <summary>Refuses databases whose reports would not be apart; null is what is no database.</summary>
    private protected virtual void NameReports(IReadOnlyList<ConnectionSettings?> databases) { }

    /// <summary>Writes a report into its file and gives the error if that failed; made on the pipeline's thread, called on any.</summary>
    /// <param name="about">What the report is about; null is what is no database.</param>
    private protected virtual Func<ReportDocument, ErrorRecord?> Keeper(IReadOnlyList<ConnectionSettings?> about) => _ => null;

    /// <summary>Tells a build agent of a report.</summary>
    private protected virtual void Tell(ReportDocument document) { }

    /// <summary>Reports on one database of many.</summary>
    private protected virtual void TellPart(ReportDocument part, ConnectionSettings? settings) { }

    /// <summary>Writes an error; of a fleet that errors stop, when those that are at work have ended.</summary>
    private protected void Fail(ErrorRecord error)
    {
        if (withheld is null)
            WriteError(error);
        else
            withheld.Add(error);
    }

    // The tenants of one database are in one.
    private bool NamesMany =>
        given.SelectMany(one => one.Databases).ToList() is [var first, .. var others]
        && (
            (ConnectionFile ?? Tenant ?? Database ?? Shard) is not null
            || missed.Count > 0
            || others.Exists(other => !other.IsDatabaseOf(first))
        );

    private bool StopsAtErrors =>
        (MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var bound) ? bound : GetVariableValue("ErrorActionPreference"))
            is { } action
        && LanguagePrimitives.TryConvertTo<ActionPreference>(action, out var preference)
        && preference == ActionPreference.Stop;

    private void RunOne(CmdletWork work, ConnectionSettings settings)
    {
        NameReports([settings]);
        if (!work.MayRun(settings))
            return;
        var keep = Keeper([settings]);
        ReportDocument? document;
        using (var progress = Progress(Texts.Get(work.Activity, settings.Target)))
            document = Await(token => work.RunAsync(settings, progress, token));
        if (document is null)
            return;
        if (keep(document) is { } unwritten)
            WriteError(unwritten);
        Tell(document);
        Put(document, settings);
    }

    private void RunMany(CmdletWork work, IReadOnlyList<ConnectionSettings> databases)
    {
        NameReports(databases);
        var agreed = work;
        var allowed = databases.Where(MayRun).ToList();
        if (allowed.Count < databases.Count && allowed.Count == 0)
            return;
        if (work.AskForAll is { } ask)
            agreed = ask(allowed);
        if (agreed is null)
            return;
        withheld = StopsAtErrors ? [] : null;
        var (whole, unwritten) = Await(agreed, allowed);
        TellWhole(whole, unwritten);
        foreach (var error in withheld ?? [])
            WriteError(error);

        bool MayRun(ConnectionSettings settings)
        {
            var may = false;
            Guard(settings, () => may = work.MayRun(settings));
            return may;
        }
    }

    /// <summary>Reports that nothing was done, since nothing came down the pipeline, or nothing that could be read.</summary>
    private protected virtual void RunNone()
    {
        var report = new FleetReport(CommandName)
        {
            Targets = [.. missed.Select(one => one.ToFleetTarget())],
            StartedAt = DateTimeOffset.UtcNow,
        };
        var none = ReportDocument.From(report, missed);
        TellWhole(none, Keeper([])(none));
    }

    private void TellWhole(ReportDocument whole, ErrorRecord? unwritten)
    {
        Tell(whole);
        var outcome = UntrustedText.OneLine($"{whole.Status}: {whole.Summary}");
        if (whole.Failed && !TellsAgent)
            WriteWarning(outcome);
        else
            WriteVerbose(outcome);
        if (unwritten is not null)
            WriteError(unwritten);
    }

    // A fleet that is stopped has a report too, so that is written before anybody hears of the end.
    private (ReportDocument Whole, ErrorRecord? Unwritten) Await(CmdletWork work, List<ConnectionSettings> databases)
    {
        var keep = Keeper([.. databases, null]);
        using var progress = Progress(Texts.Get(work.Activity, Foundation.Texts.Get("FleetOf", databases.Count)));
        var each = new TargetWork(work.RunAsync) { Files = work.Files(), OwnPath = work.OwnPath };
        var run = new FleetRun(CommandName, each, Way)
        {
            Shard = search.Shard,
            Missed = [.. missed],
            Progress = progress,
            Ended = (settings, part) => OnPipeline(() => End(settings, part)),
        };
        missed.Clear();
        return Await(async token =>
        {
            var whole = await run.RunAsync(databases, token).ConfigureAwait(false);
            return (whole, keep(whole));
        });
    }

    private void End(ConnectionSettings settings, ReportDocument part)
    {
        TellPart(part, settings);
        if (part.HasBody)
            Put(part, settings);
        else if (part.Error is { } error)
            Fail(ErrorRecords.From(error.ToException(), part.Target));
    }

    private static Func<string, string, ConnectionSettings> Resolver(ConnectionRequest request) =>
        (connection, source) => ConnectionSettings.Resolve(request with { Connection = connection, ConnectionSource = source });
}
