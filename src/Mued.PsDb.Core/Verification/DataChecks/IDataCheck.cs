using System.Text.Json;
using Mued.PsDb.Schema;

namespace Mued.PsDb.Verification;

/// <summary>One check of the data: the question, and what an answer means.</summary>
internal interface IDataCheck
{
    /// <summary>The question.</summary>
    GuardedQuery Query { get; }

    /// <summary>The check as it is when it passed.</summary>
    SchemaCheck Blank { get; }

    /// <summary>What the answer means.</summary>
    SchemaCheck Judge(JsonElement value);
}
