using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mued.PsDb.Tests;

/// <summary>A page in a real browser without a window, asked over the Chrome DevTools Protocol.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private readonly Process process;
    private readonly DirectoryInfo profile;
    private readonly ClientWebSocket socket = new();
    private int calls;

    private Chromium(Process process, DirectoryInfo profile) => (this.process, this.profile) = (process, profile);

    /// <summary>The browser; null where there is none.</summary>
    public static string? Program { get; } =
        ((string[])["chromium", "chromium-browser", "google-chrome", "chrome"])
            .Select(Prerequisite.FindProgram)
            .FirstOrDefault(path => path is not null);

    /// <summary>Starts the browser with an empty page.</summary>
    public static async Task<Chromium> StartAsync()
    {
        var profile = Directory.CreateTempSubdirectory("mued-chromium-");
        var start = new ProcessStartInfo(
            Program!,
            ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0", $"--user-data-dir={profile}"]
        )
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var browser = new Chromium(Process.Start(start)!, profile);
        browser.process.OutputDataReceived += (_, _) => { };
        browser.process.ErrorDataReceived += (_, _) => { };
        browser.process.BeginOutputReadLine();
        browser.process.BeginErrorReadLine();
        var file = Path.Combine(profile.FullName, "DevToolsActivePort");
        await Eventually.TrueAsync(() => File.Exists(file) && File.ReadAllLines(file).Length > 1);
        using var http = new HttpClient();
        var answer = await http.PutAsync(new Uri($"http://127.0.0.1:{File.ReadAllLines(file)[0]}/json/new?about:blank"), null);
        var page = await answer.Content.ReadFromJsonAsync<JsonNode>();
        await browser.socket.ConnectAsync(new Uri((string)page!["webSocketDebuggerUrl"]!), CancellationToken.None);
        return browser;
    }

    /// <summary>Shows the page in a window of this width, in light or dark.</summary>
    public async Task ShowAsync(string file, int width, bool dark)
    {
        await SendAsync(
            "Emulation.setDeviceMetricsOverride",
            new JsonObject
            {
                ["width"] = width,
                ["height"] = 900,
                ["deviceScaleFactor"] = 1,
                ["mobile"] = false,
            }
        );
        await SendAsync(
            "Emulation.setEmulatedMedia",
            new JsonObject
            {
                ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" }),
            }
        );
        await SendAsync("Page.navigate", new JsonObject { ["url"] = new Uri(file).AbsoluteUri });
        await Eventually.TrueAsync(async () =>
            (string?)await RunAsync($"document.readyState + location.pathname") == "complete" + new Uri(file).AbsolutePath
        );
    }

    /// <summary>Runs a script in the page and gives what it, or the promise that it gives, comes to.</summary>
    public async Task<JsonNode?> RunAsync(string script)
    {
        var result = await SendAsync(
            "Runtime.evaluate",
            new JsonObject
            {
                ["expression"] = script,
                ["awaitPromise"] = true,
                ["returnByValue"] = true,
            }
        );
        Assert.True(result["exceptionDetails"] is null, result.ToJsonString());
        return result["result"]!["value"];
    }

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        await Eventually.TrueAsync(() =>
        {
            try
            {
                profile.Delete(recursive: true);
                return true;
            }
            catch (IOException)
            {
                // Its helpers end a moment later.
                return false;
            }
        });
    }

    private async Task<JsonNode> SendAsync(string method, JsonObject parameters)
    {
        var id = ++calls;
        var call = new JsonObject
        {
            ["id"] = id,
            ["method"] = method,
            ["params"] = parameters,
        };
        await socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(call),
            WebSocketMessageType.Text,
            endOfMessage: true,
            CancellationToken.None
        );
        while (true)
        {
            var answer = await ReceiveAsync();
            if ((int?)answer["id"] == id)
                return answer["result"] ?? throw new InvalidOperationException(answer.ToJsonString());
        }
    }

    private async Task<JsonNode> ReceiveAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, CancellationToken.None);
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return JsonNode.Parse(message.ToArray())!;
        }
    }
}
