using Mued.PsDb.HelpBuilder;

// The words: the assembly of the cmdlets, PowerShell's own assembly, the module's folder, the file to write, where the pages lie online.
if (args is not [var assembly, var powerShell, var module, var destination, .. var online] || online.Length > 1)
{
    Console.Error.WriteLine(
        "Usage: Mued.PsDb.HelpBuilder <Mued.PsDb.dll> <System.Management.Automation.dll> <module folder> <file> [<URL>]"
    );
    return 2;
}

var mistakes = new Mistakes();
var cmdlets = CmdletReader.Read(assembly, powerShell);
var pages = HelpLibrary.Read(Path.Combine(module, "help", "en-US"), mistakes);
var topics = Directory
    .GetFiles(Path.Combine(module, "en-US"), "about_*.help.txt")
    .Select(file => Path.GetFileName(file)[..^".help.txt".Length]);
HelpCheck.Compare(cmdlets, pages, topics, mistakes);
if (mistakes.Any)
    return 1;

Maml.Write(cmdlets, pages, online is [var url] ? url : null).Save(destination);
return 0;
