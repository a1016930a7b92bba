using Mued.PsDb.Foundation;

namespace Mued.PsDb.Files;

/// <summary>A file of a new migration.</summary>
/// <param name="Identity">The name of the migration, as the history will keep it.</param>
/// <param name="Name">The name of the file inside the folder.</param>
/// <param name="Text">What it begins with.</param>
internal sealed record NewFile(string Identity, string Name, string Text)
{
    /// <summary>A file that applies a migration.</summary>
    public static NewFile Up(string identity, string name) => new(identity, name, Texts.Get("New.Up", identity));

    /// <summary>A file that takes it back.</summary>
    public static NewFile Down(string identity, string name) => new(identity, name, Texts.Get("New.Down", identity));
}
