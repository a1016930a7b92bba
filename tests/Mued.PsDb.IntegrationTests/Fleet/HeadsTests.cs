using System.Text.RegularExpressions;

namespace Mued.PsDb.Tests.Fleet;

/// <summary>The cmdlets and <c>mued-psdb</c> name databases in the same ways, in every command that works on any.</summary>
public sealed partial class HeadsTests
{
    // Those of every command, whatever it works on.
    private static readonly string[] Outer = ["--help", "--output", "--report", "--reporter", "--verbose"];

    [Fact]
    public async Task Every_command_of_both_heads_takes_a_fleet_in_the_same_ways()
    {
        var commands = CommandName().Matches((await CliProcess.RunAsync("--help")).Output).Select(match => match.Groups[1].Value);
        var helps = await Task.WhenAll(commands.Select(async name => (name, Help: (await CliProcess.RunAsync(name, "--help")).Output)));
        var options = helps.ToDictionary(
            command => command.name,
            command => OptionName().Matches(command.Help).Select(match => match.Value.Trim()).Except(Outer).ToHashSet()
        );
        Assert.Equal(
            ["demo", "new-migration"],
            options.Where(command => !command.Value.Contains("--url")).Select(command => command.Key).Order()
        );
        var ofAll = options.Values.Where(names => names.Contains("--url")).Aggregate((all, names) => [.. all.Intersect(names)]);

        Assert.Equal(await ParametersAsync(), ofAll.Order());
    }

    // The parameters that say which databases and how, by the name that the other head has for them; an error where a cmdlet has not all.
    private static async Task<IEnumerable<string>> ParametersAsync()
    {
        const string script = """
            $ErrorActionPreference = 'Stop'
            Import-Module $env:MUED_TEST_MODULE
            $commands = Get-Command -Module Mued.PsDb -CommandType Cmdlet
            $fleet = $commands[0].ImplementingType
            while ($fleet.Name -ne 'FleetCmdlet') { $fleet = $fleet.BaseType }
            $commands.Where{ $_.Parameters.ContainsKey('Connection') -and -not $_.ImplementingType.IsSubclassOf($fleet) }.ForEach{ "$_ takes no fleet" }
            $declared = $fleet.GetProperties('DeclaredOnly,Public,Instance').Name + 'Connection' + 'EnvFile'
            foreach ($parameter in $commands[0].Parameters.Values.Where{ $_.Name -in $declared }) {
                $name = @($parameter.Aliases.Where{ $_ -like 'Url*' }) + $parameter.Name | Select-Object -First 1
                '--' + [regex]::Replace($name, '(?<!^)(?=[A-Z])', '-').ToLowerInvariant()
            }
            """;
        var start = Pwsh.Start(Environment.GetEnvironmentVariable("MUED_PWSH"), "-NoProfile", "-NonInteractive", "-Command", script);
        start.Environment["MUED_TEST_MODULE"] = Repository.PathOf("output/Mued.PsDb");
        start.RedirectStandardOutput = true;
        using var process = System.Diagnostics.Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Order();
    }

    [GeneratedRegex("(?m)^  ([a-z][a-z-]+)(?: <[A-Z]+>)?  ")]
    private static partial Regex CommandName();

    [GeneratedRegex("(?m)^ +--[a-z0-9-]+")]
    private static partial Regex OptionName();
}
