using System.Management.Automation;
using System.Management.Automation.Language;

namespace Mued.PsDb.Commands;

/// <summary>
/// PowerShell prints the line of the script at which a command failed. Where that line spells out a connection, the spelled
/// connection is masked before anything can fail.
/// </summary>
internal static class CommandLineMask
{
    /// <summary>Masks the connections in the line from which a command was called, in place and of the same length.</summary>
    public static void Apply(InvocationInfo invocation)
    {
        if (!MayHoldSecret(invocation.Line))
            return;

        Parser.ParseInput(invocation.Line, out var tokens, out _);
        var line = invocation.Line.ToCharArray();
        foreach (var token in tokens)
        {
            if (token is StringToken && MayHoldSecret(token.Text))
                line.AsSpan(token.Extent.StartOffset, token.Extent.EndOffset - token.Extent.StartOffset).Fill('*');
        }

        var masked = new string(line);
        invocation.DisplayScriptPosition = new ScriptExtent(
            new ScriptPosition(invocation.ScriptName, invocation.ScriptLineNumber, invocation.OffsetInLine, masked),
            new ScriptPosition(invocation.ScriptName, invocation.ScriptLineNumber, line.Length + 1, masked)
        );
    }

    // Rather too much than too little: all that can be a URI or a list of keywords with a password.
    private static bool MayHoldSecret(string? text) =>
        text is not null
        && (
            text.Contains('@', StringComparison.Ordinal)
            || text.Contains("password", StringComparison.OrdinalIgnoreCase)
            || text.Contains("pwd", StringComparison.OrdinalIgnoreCase)
        );
}
