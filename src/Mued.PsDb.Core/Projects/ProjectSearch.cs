using Mued.PsDb.Foundation;
using Mued.PsDb.Projects;

namespace Mued.PsDb;

/// <summary>Finds the project that a command is run in.</summary>
public static class ProjectSearch
{
    /// <summary>
    /// Reads the file <c>mued.json</c> of the current folder, or of the nearest one above it, up to the root of the repository (a folder
    /// with <c>.git</c>) or the home folder.
    /// </summary>
    /// <param name="workingDirectory">The current folder.</param>
    /// <returns>What it says; nothing where there is none.</returns>
    /// <exception cref="MuedException">It may be another user's, who must not choose what runs under our role; or it cannot be read, has an
    /// unknown key or a wrong value, or names what does not exist (exit code 2).</exception>
    public static MuedProject Find(string workingDirectory)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        for (var folder = new DirectoryInfo(workingDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, MuedProject.FileName);
            if (File.Exists(file))
                return FileTrust.WhyNot(file) is { } why
                    ? throw Texts.Usage("ProjectUntrusted", file, why)
                    : ProjectReader.Read(file, workingDirectory);
            var git = Path.Combine(folder.FullName, ".git");
            if (folder.FullName == home || Directory.Exists(git) || File.Exists(git))
                break;
        }

        return new() { WorkingDirectory = workingDirectory };
    }
}
