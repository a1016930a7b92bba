using System.Globalization;
using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>
/// Takes a bare number as seconds. PowerShell itself would take it as ticks of 100 ns, and <c>-LockTimeout 5</c> as no time at all.
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
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) =>
                TimeSpan.FromSeconds(seconds),
            _ => inputData,
        };
    }
}
