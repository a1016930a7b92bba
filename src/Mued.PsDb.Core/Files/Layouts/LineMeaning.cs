namespace Mued.PsDb.Files;

/// <summary>What a line of a file is to the tool that the file was written for.</summary>
internal enum LineMeaning
{
    /// <summary>SQL, or a comment.</summary>
    Text,

    /// <summary>What follows applies the migration.</summary>
    Up,

    /// <summary>The same, outside a transaction.</summary>
    UpOutside,

    /// <summary>What follows takes the migration back.</summary>
    Down,

    /// <summary>The same, outside a transaction.</summary>
    DownOutside,

    /// <summary>
    /// The whole file runs outside a transaction. Only what applies is bound by it: what takes back runs in one where its statements can.
    /// </summary>
    Outside,

    /// <summary>Something that the lexer needs no help for, such as the bounds of a statement.</summary>
    Other,

    /// <summary>It looks like a marker and is none.</summary>
    Unknown,
}
