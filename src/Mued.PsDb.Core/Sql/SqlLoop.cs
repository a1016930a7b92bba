namespace Mued.PsDb.Sql;

/// <summary>A block of PL/pgSQL that does the same with each row of a query.</summary>
internal static class SqlLoop
{
    /// <summary>The statement.</summary>
    /// <param name="rows">The query.</param>
    /// <param name="body">What is done with a row, whose name is item.</param>
    public static string Over(string rows, string body) =>
        "DO "
        + SqlString.Literal(
            $"""
            DECLARE
                item record;
            BEGIN
                FOR item IN
                    {rows}
                LOOP
                    {body}
                END LOOP;
            END
            """
        );
}
