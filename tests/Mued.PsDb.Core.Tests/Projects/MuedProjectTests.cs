using System.Text.Json;
using Mued.PsDb.Tests.Reporting;

namespace Mued.PsDb.Tests.Projects;

public sealed class MuedProjectTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("mued-project-").FullName;

    public static TheoryData<string, string> WrongFiles { get; } =
        new()
        {
            { "{", "ProjectMalformed" },
            { "[]", "ProjectValueWrong" },
            { """{ "histroyTable": "a.b" }""", "ProjectKeyUnknown" },
            { """{ "path": "sql", "path": "sql" }""", "ProjectKeyTwice" },
            { """{ "path": "elsewhere" }""", "ProjectPathMissing" },
            { """{ "path": "" }""", "ProjectValueWrong" },
            { """{ "path": null }""", "ProjectValueWrong" },
            { """{ "schemaFile": "sql" }""", "ProjectPathMissing" },
            { """{ "layout": "liquibase" }""", "ProjectValueWrong" },
            { """{ "layout": "7" }""", "ProjectValueWrong" },
            { """{ "allowDuplicateVersion": "yes" }""", "ProjectValueWrong" },
            { """{ "historyTable": 1 }""", "ProjectValueWrong" },
            { """{ "maxBlocking": "2 weeks" }""", "ProjectValueWrong" },
            { """{ "lockTimeout": true }""", "ProjectValueWrong" },
            { """{ "lockTimeout": -1 }""", "ProjectValueWrong" },
            { """{ "maxAttempts": 0 }""", "ProjectValueWrong" },
            { """{ "requiredTables": "users" }""", "ProjectValueWrong" },
            { """{ "requiredTables": [{ "keyColumn": "id", "keyType": "uuid" }] }""", "ProjectValueWrong" },
            { """{ "requiredTables": [{ "name": "users", "keyColumn": "id" }] }""", "ProjectValueWrong" },
            { """{ "requiredTables": [{ "name": "users", "referenced": true }] }""", "ProjectValueWrong" },
            { """{ "requiredTables": [{ "name": "users", "key": "id" }] }""", "ProjectKeyUnknown" },
        };

    [Fact]
    public void Every_key_is_read_and_paths_begin_at_the_file()
    {
        Directory.CreateDirectory(Path.Combine(root, "sql"));
        File.WriteAllText(Path.Combine(root, "expected.json"), "{}");
        const string Text = """
            {
              "$schema": "./mued.schema.json", "path": "./sql/", "layout": "sql-migrate", "allowDuplicateVersion": true, "historyTable": "ops.history",
              "schemaFile": "expected.json", "lockTimeout": "500ms", "maxBlocking": 3, "statementTimeout": "10min", "maxAttempts": 2,
              "retryTime": "1h",
              "requiredTables": ["tenant", { "name": "users", "keyColumn": "id", "keyType": "uuid", "referenced": true }]
            }
            """;
        Write(Text);
        var below = Directory.CreateDirectory(Path.Combine(root, "src", "app")).FullName;
        var project = ProjectSearch.Find(below);

        Assert.Equal((Path.Combine(root, "mued.json"), below), (project.File, project.WorkingDirectory));
        Assert.Equal(Path.Combine(root, "sql"), project.Path);
        Assert.Equal(
            (MigrationLayout.SqlMigrate, true, "ops.history"),
            (project.Layout, project.AllowDuplicateVersion, project.HistoryTable)
        );
        Assert.Equal(Path.Combine(root, "expected.json"), project.SchemaFile);
        Assert.Equal([new("tenant", null, null, false), new("users", "id", "uuid", true)], project.RequiredTables!);
        var options = project.Fill(new MigrationOptions { Path = "" });
        Assert.Equal((0.5, 3), (options.LockTimeout.TotalSeconds, options.MaxBlocking?.TotalSeconds));
        Assert.Equal((10, 60, 2), (options.StatementTimeout?.TotalMinutes, options.RetryTime.TotalMinutes, options.MaxAttempts));

        using var document = JsonDocument.Parse(Text);
        var schema = PublishedSchema.Load("mued.schema.json");
        Assert.Empty(schema.Validate(document.RootElement, "project"));
        Assert.Equal(schema.PropertiesOf("project").Order(), document.RootElement.EnumerateObject().Select(key => key.Name).Order());
    }

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public void What_is_wrong_is_told_with_file_key_and_remedy(string text, string errorId)
    {
        Directory.CreateDirectory(Path.Combine(root, "sql"));
        Write(text);
        var error = Assert.Throws<MuedException>(() => ProjectSearch.Find(root));
        Assert.Equal((errorId, ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains(Path.Combine(root, "mued.json"), error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Advice);

        // The published schema tells an editor the same, but for what is no JSON, is there twice or is not on the disk.
        if (errorId is not ("ProjectValueWrong" or "ProjectKeyUnknown"))
            return;
        using var document = JsonDocument.Parse(text);
        Assert.NotEmpty(PublishedSchema.Load("mued.schema.json").Validate(document.RootElement, "project"));
    }

    [Fact]
    public void A_misspelt_key_is_told_with_the_one_that_was_meant()
    {
        Write("""{ "histroyTable": "a.b" }""");
        Assert.StartsWith(
            "Did you mean 'historyTable'?",
            Assert.Throws<MuedException>(() => ProjectSearch.Find(root)).Advice,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("repo/.git", "repo/src", false)]
    [InlineData("repo/.git", "repo", false)]
    [InlineData("repo/src/other", "repo/src", true)]
    public void The_search_ends_at_the_root_of_the_repository(string folder, string here, bool found)
    {
        Directory.CreateDirectory(Path.Combine(root, folder));
        Directory.CreateDirectory(Path.Combine(root, here));
        Write("{}");
        Assert.Equal(found, ProjectSearch.Find(Path.Combine(root, here)).File is not null);
        File.WriteAllText(Path.Combine(root, "repo", "mued.json"), "{}");
        Assert.Equal(Path.Combine(root, "repo", "mued.json"), ProjectSearch.Find(Path.Combine(root, here)).File);
    }

    [Fact]
    public void What_it_says_of_a_folder_holds_for_its_own()
    {
        var sql = Directory.CreateDirectory(Path.Combine(root, "sql")).FullName;
        Write("""{ "path": "sql", "layout": "flyway" }""");
        var project = ProjectSearch.Find(root);
        var reason = $"named in {Path.Combine(root, "mued.json")}";
        Assert.Equal((sql, reason, project), Parts(FolderChoice.Of(null, phase2: false, project)));
        Assert.Equal(("sql/", "as given", project), Parts(FolderChoice.Of("sql/", phase2: false, project)));
        Assert.Equal(("other", "as given", null), Parts(FolderChoice.Of("other", phase2: false, project)));
        Assert.Equal(("sql/", "that of the plan", project), Parts(FolderChoice.Of(null, phase2: false, project, planned: "sql/")));
        Assert.Equal(("other", "as given", null), Parts(FolderChoice.Of("other", phase2: false, project, planned: "sql/")));
        Assert.Equal((BundledSql.Migrations, "as asked for", null), Parts(FolderChoice.Of(null, phase2: true, project)));

        static (string, string, MuedProject?) Parts(FolderChoice choice) => (choice.Path, choice.Reason, choice.Project);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private void Write(string text) => File.WriteAllText(Path.Combine(root, MuedProject.FileName), text);
}
