using System.Globalization;
using System.Management.Automation;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Commands;

/// <summary>
/// Takes a bare number as seconds, and a time as mued.json and <c>mued-psdb</c> have it: 500ms, 2s, 10min. PowerShell itself would take a
/// number as ticks of 100 ns, and <c>-LockTimeout 5</c> as no time at all.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class DurationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value switch
        {
            int or long or double or decimal or float or short or byte => TimeSpan.FromSeconds(
                Convert.ToDouble(value, CultureInfo.InvariantCulture)
            ),
            string text when DurationText.Parse(text) is { } time => time,
            // PowerShell would take it as days.
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) =>
                TimeSpan.FromSeconds(seconds),
            _ => inputData,
        };
    }
}
