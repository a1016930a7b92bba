using System.Collections;
using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>
/// Takes the connection of each object that has one, such as a record of this module or a row of a CSV file, in place of the object's text.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ConnectionOfAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            null or string => inputData,
            IList list => list.Cast<object?>().Select(Of).ToArray(),
            _ => Of(inputData),
        };

    private static object? Of(object? item) => item is null or string ? item : PipedRecord.ConnectionOf(PSObject.AsPSObject(item)) ?? item;
}
