namespace Mued.PsDb.Files;

/// <summary>What shows that a folder follows a convention: a file by its name, or a line of it.</summary>
/// <param name="File">The file's name inside the folder.</param>
/// <param name="Line">The line, from 1; 0 when the name alone shows it.</param>
/// <param name="Text">The line.</param>
internal sealed record LayoutMark(string File, int Line = 0, string Text = "")
{
    /// <inheritdoc/>
    public override string ToString() => Line == 0 ? File : $"{File}:{Line} {Text}";
}
