using System.ComponentModel;
using System.Diagnostics;

namespace Mued.PsDb.Sandbox;

/// <summary>
/// A small shell process that stops the server and deletes its folder as soon as its standard input ends: when this process closes
/// it, and also when this process dies in whatever way. It ignores the terminal's signals, so Ctrl+C reaches only us.
/// Windows has none; there the folder of a killed process waits for the next start's <see cref="SandboxFolder.SweepAsync"/>.
/// </summary>
internal sealed class ServerWatchdog : IDisposable
{
    private const string Script = """
        trap '' HUP INT TERM
        exec >/dev/null 2>&1
        read -r word
        [ "$word" = keep ] && exit 0
        "$1" stop -D "$2/data" -m immediate -t 30
        for _ in 1 2 3 4 5; do
            rm -rf "$2" && exit 0
            sleep 1
        done
        exit 1
        """;

    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(45);

    private readonly Process process;

    private ServerWatchdog(Process process) => this.process = process;

    /// <summary>Starts the watchdog of a folder whose server <paramref name="pgCtl"/> controls.</summary>
    public static ServerWatchdog Start(ServerAccount account, string pgCtl, string folder)
    {
        var process = new Process { StartInfo = ChildProcess.StartInfo(account.Wrap("/bin/sh", "-c", Script, "sh", pgCtl, folder), "/") };
        process.Start();
        return new(process);
    }

    /// <summary>Sends the watchdog away; server and folder stay.</summary>
    public void Release()
    {
        process.StandardInput.WriteLine("keep");
        process.StandardInput.Close();
        process.WaitForExit(StopTime);
    }

    /// <summary>Stops the server, deletes its folder, and waits until that is done.</summary>
    public async Task StopAsync()
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(StopTime);
        try
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It goes on without us, and what it cannot delete the next sandbox sweeps.
        }
    }

    /// <summary>The same for a process on its way out, where nothing can be awaited.</summary>
    public void Stop()
    {
        try
        {
            process.StandardInput.Close();
            process.WaitForExit(StopTime);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or Win32Exception)
        {
            // Stopped already.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => process.Dispose();
}
