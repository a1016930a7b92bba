using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Tests.Reporting;

public class JsonReportWriterTests
{
    [Fact]
    public void A_failed_run_survives_the_way_through_json()
    {
        var report = Samples.Failed("plain text");
        var json = Samples.Write(new JsonReportWriter(), ReportDocument.From(report));
        var copy = JsonSerializer.Deserialize(json, ReportJsonContext.Default.MigrationReport)!;
        Assert.Equal(json, Samples.Write(new JsonReportWriter(), ReportDocument.From(copy)));
        Assert.Equal(
            report.Migrations[0].Attempts[0].Blockers[0].TransactionAge,
            copy.Migrations[0].Attempts[0].Blockers[0].TransactionAge
        );
        Assert.Equal(report.Error, copy.Error);
    }

    [Fact]
    public void Hostile_text_is_read_back_unchanged_and_never_reads_as_a_command()
    {
        // A lone surrogate has no UTF-8 form, so it is left out here.
        var text = Samples.Hostile.Replace("\uD800", "", StringComparison.Ordinal);
        var json = Samples.Write(new JsonReportWriter(), ReportDocument.From(Samples.Schema(text)));
        Assert.DoesNotContain('#', json);
        Assert.Equal(text, JsonDocument.Parse(json).RootElement.GetProperty("checks")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void The_names_that_scripts_rely_on_are_there()
    {
        var root = JsonDocument.Parse(Samples.Write(new JsonReportWriter(), ReportDocument.From(Samples.Failed("x")))).RootElement;
        Assert.Equal("Failed", root.GetProperty("status").GetString());
        Assert.Equal(1234.568, root.GetProperty("durationMs").GetDouble());
        var migration = root.GetProperty("migrations")[0];
        Assert.Equal(
            ("0001", "x", "Applied", 3, 250.0),
            (
                migration.GetProperty("version").GetString(),
                migration.GetProperty("name").GetString(),
                migration.GetProperty("status").GetString(),
                migration.GetProperty("statements").GetInt32(),
                migration.GetProperty("durationMs").GetDouble()
            )
        );
        var verification = root.GetProperty("verification");
        Assert.Equal(
            (false, 3, 1, 1),
            (
                verification.GetProperty("passed").GetBoolean(),
                verification.GetProperty("checks").GetInt32(),
                verification.GetProperty("failed").GetInt32(),
                verification.GetProperty("failures").GetArrayLength()
            )
        );
        var error = root.GetProperty("error");
        Assert.Equal(
            ("42601", 3, 8, 4),
            (
                error.GetProperty("sqlState").GetString(),
                error.GetProperty("line").GetInt32(),
                error.GetProperty("column").GetInt32(),
                error.GetProperty("exitCode").GetInt32()
            )
        );
    }

    [Fact]
    public void Every_report_is_valid_by_the_published_schema()
    {
        foreach (var report in Samples.All("text"))
        {
            var json = JsonDocument.Parse(Samples.Write(new JsonReportWriter(), report)).RootElement;
            Assert.Empty(PublishedSchema.Load().Validate(json, Definition(report.Content.GetType())));
        }
    }

    [Fact]
    public void The_published_schema_rejects_what_is_not_a_report()
    {
        var json = JsonDocument
            .Parse("""{"status":"Great","target":"t","source":"s","startedAt":1,"migrations":[{}],"more":true}""")
            .RootElement;
        var problems = PublishedSchema.Load().Validate(json, "migrationReport");
        Assert.Contains(problems, problem => problem.StartsWith("/status", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("durationMs", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("/more", StringComparison.Ordinal));
    }

    [Fact]
    public void The_published_schema_describes_every_member_of_every_record()
    {
        var schema = PublishedSchema.Load();
        var pending = new Queue<Type>(
            typeof(ReportJsonContext)
                .GetCustomAttributesData()
                .Where(data => data.AttributeType == typeof(JsonSerializableAttribute))
                .Select(data => (Type)data.ConstructorArguments[0].Value!)
        );
        Assert.NotEmpty(pending);
        var seen = new HashSet<Type>();
        while (pending.TryDequeue(out var type))
        {
            if (!seen.Add(type))
                continue;
            var names = new List<string>();
            foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public))
            {
                if (property.GetCustomAttribute<JsonIgnoreAttribute>() is not null)
                    continue;
                names.Add(
                    property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name)
                );
                var element = property.PropertyType.IsGenericType ? property.PropertyType.GetGenericArguments()[^1] : property.PropertyType;

                // What is written by a converter is another document, with a schema of its own.
                var converted = property.GetCustomAttribute<JsonConverterAttribute>() is not null;
                if (element.Namespace == "Mued.PsDb" && !element.IsEnum && !converted)
                    pending.Enqueue(element);
            }

            Assert.Equal(names.Order(StringComparer.Ordinal), schema.PropertiesOf(Definition(type)).Order(StringComparer.Ordinal));
        }
    }

    private static string Definition(Type type) =>
        type.Name switch
        {
            nameof(MuedError) => "error",
            nameof(ServerNotice) => "notice",
            nameof(MigrationAttempt) => "attempt",
            nameof(RelationImpact) => "impact",
            nameof(SchemaCheck) => "check",
            nameof(VerificationSummary) => "verification",
            var name => JsonNamingPolicy.CamelCase.ConvertName(name),
        };
}
