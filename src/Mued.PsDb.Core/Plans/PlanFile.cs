using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mued.PsDb.Foundation;
using Mued.PsDb.Plans;
using Mued.PsDb.Sql;

namespace Mued.PsDb;

/// <summary>
/// The JSON report of a plan, read for the run that is to be held to it. Its checksum finds out what was cut off or changed by mistake; who
/// may write the file can make a checksum too, so that the file is as safe as the place where it is kept.
/// </summary>
public static class PlanFile
{
    private const string ChecksumName = "checksum";

    /// <summary>Reads a plan.</summary>
    /// <param name="path">The file that <c>-WhatIf -ReportPath plan.json</c> wrote.</param>
    /// <returns>What binds a run to it.</returns>
    /// <exception cref="MuedException">
    /// It cannot be read, is no plan, is of a format that this version does not know, or is not as it was written (exit code 2).
    /// </exception>
    public static ApprovedPlan Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Texts.Error("PlanUnreadable", ExitCode.Usage, new ErrorPlace(path), e, path, e.Message);
        }

        try
        {
            return Parse(bytes, path);
        }
        catch (JsonException e)
        {
            throw Invalid(path, Texts.Get("PlanInvalid.NoJson"), e);
        }
    }

    /// <summary>The plan with its checksum.</summary>
    internal static MigrationPlanReport Seal(MigrationPlanReport plan)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(plan with { Checksum = null }, PlanJson.Default.MigrationPlanReport);
        using var document = JsonDocument.Parse(json);
        return plan with { Checksum = ChecksumOf(document.RootElement) };
    }

    private static ApprovedPlan Parse(byte[] utf8, string path)
    {
        using var document = JsonDocument.Parse(
            utf8.AsMemory(utf8.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0)
        );
        var root = document.RootElement;
        if (
            root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("formatVersion", out var format)
            || format.ValueKind != JsonValueKind.Number
            || !format.TryGetInt32(out var version)
        )
            throw Invalid(path, Texts.Get("PlanInvalid.NoPlan"));
        if (version is < 1 or > MigrationPlanReport.CurrentFormatVersion)
            throw Texts.Error(
                "PlanFormatUnknown",
                ExitCode.Usage,
                new ErrorPlace(path),
                null,
                path,
                version,
                MigrationPlanReport.CurrentFormatVersion
            );
        if (!root.TryGetProperty(ChecksumName, out var checksum) || checksum.ValueKind != JsonValueKind.String)
            throw Invalid(path, Texts.Get("PlanInvalid.NoPlan"));
        if (checksum.GetString() != ChecksumOf(root))
            throw Invalid(path, Texts.Get("PlanInvalid.Changed"));
        var plan = root.Deserialize(PlanJson.Default.ApprovedPlan) ?? throw new JsonException();
        return plan.Variables.Count > 0 || plan.Migrations.All(IsAsShown) ? plan : throw Invalid(path, Texts.Get("PlanInvalid.Changed"));
    }

    // What a person has read is what is held against the file.
    private static bool IsAsShown(PlannedMigration item) => item.Sql is null || ScriptChecksum.OfText(item.Sql) == item.TextChecksum;

    /// <summary>Over the values and not the text, so that neither line ends nor indents count, nor how a character is escaped.</summary>
    private static string ChecksumOf(JsonElement root)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            foreach (var property in root.EnumerateObject().Where(property => property.Name != ChecksumName))
                property.WriteTo(writer);
            writer.WriteEndObject();
        }

        return Convert.ToHexString(SHA256.HashData(stream.ToArray())).ToLowerInvariant();
    }

    private static MuedException Invalid(string path, string reason, Exception? inner = null) =>
        Texts.Error("PlanInvalid", ExitCode.Usage, new ErrorPlace(path), inner, path, reason);
}
