namespace Mued.PsDb.Tests;

/// <summary>
/// A folder of the shape that the MUED LMS's has: 0000 to 0018 in 25 files, of which drizzle's journal names the first two, two files each
/// of 0005, 0008 and 0010, Phase 2 among them, and three scripts that take back.
/// </summary>
internal static class LmsChain
{
    /// <summary>The file that was withdrawn, and is still there.</summary>
    public const string Withdrawn = "0008_add_foreign_keys.sql";

    /// <summary>The last files ask for what the host of the LMS has: an extension, and the schema of its users.</summary>
    public const string NeedsHost = "0011_session_policies.sql";

    private static readonly (string Name, string Sql)[] Files =
    [
        ("0000_first_tables.sql", Base[..Base.IndexOf("CREATE TABLE IF NOT EXISTS materials", StringComparison.Ordinal)]),
        ("0001_materials.sql", Base[Base.IndexOf("CREATE TABLE IF NOT EXISTS materials", StringComparison.Ordinal)..]),
        (
            "0002_lessons.sql",
            "CREATE TABLE lessons (id int PRIMARY KEY, mentor uuid REFERENCES users);\n--> statement-breakpoint\nSELECT 1;"
        ),
        ("0003_bookings.sql", "CREATE TABLE bookings (id int PRIMARY KEY, lesson int REFERENCES lessons);"),
        ("0004_indexes.sql", "CREATE INDEX CONCURRENTLY IF NOT EXISTS bookings_lesson ON bookings (lesson);"),
        ("0005_accounts.sql", "CREATE TABLE accounts (id int PRIMARY KEY);"),
        ("0005_melodies.sql", "CREATE TABLE melodies (id int PRIMARY KEY, account int REFERENCES accounts);"),
        (
            Withdrawn,
            """
            ALTER TABLE provenance ADD CONSTRAINT IF NOT EXISTS provenance_content FOREIGN KEY (content_id) REFERENCES materials;
            """
        ),
        ("0009_log_entries.sql", "CREATE TABLE log_entries (id int PRIMARY KEY);"),
        ("0010_chat.sql", "CREATE TABLE chat (id int PRIMARY KEY);"),
        ("0010_sessions.sql", "CREATE TABLE sessions (id int PRIMARY KEY, chat int REFERENCES chat);"),
        (
            NeedsHost,
            """
            ALTER TABLE sessions ADD COLUMN owner text;
            ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
            CREATE POLICY own_sessions ON sessions
                USING (owner = auth.uid());
            """
        ),
        ("0012_embeddings.sql", "CREATE TABLE embeddings (id int PRIMARY KEY);"),
        ("0013_questions.sql", "CREATE TABLE questions (id int PRIMARY KEY); INSERT INTO questions VALUES (1);"),
        ("0014_policies.sql", "ALTER TABLE embeddings ENABLE ROW LEVEL SECURITY;"),
        ("0015_schema.sql", "CREATE SCHEMA note; CREATE TABLE note.notes (id int PRIMARY KEY);"),
        ("0016_webhooks.sql", "CREATE TABLE webhooks (id int PRIMARY KEY);"),
        ("0017_matching.sql", "CREATE TABLE matches (id int PRIMARY KEY, booking int REFERENCES bookings);"),
        ("0018_mobile.sql", "ALTER TABLE note.notes ADD COLUMN device text;"),
        ("rollback_0010_sessions.sql", "BEGIN;\nDROP TABLE sessions, chat;\nCOMMIT;"),
        ("rollback_0012_rag.sql", "DROP SCHEMA note CASCADE; DROP TABLE embeddings, questions, webhooks, matches;"),
    ];

    private static string Base => BundledSql.ReadText(BundledSql.SandboxBase);

    /// <summary>Writes it.</summary>
    public static MigrationSet Write()
    {
        var set = MigrationSet.CopyPhase2();
        foreach (var (name, sql) in Files)
            set.Write(name, sql);
        Directory.CreateDirectory(set.FileOf("meta"));
        set.Write(
            "meta/_journal.json",
            """
            {"version":"7","dialect":"postgresql","entries":[
                {"idx":0,"version":"7","when":1700000000000,"tag":"0000_first_tables","breakpoints":true},
                {"idx":1,"version":"7","when":1700000000001,"tag":"0001_materials","breakpoints":true}]}
            """
        );
        set.Write("mued.json", """{ "path": ".", "layout": "plain", "allowDuplicateVersion": true }""");
        return set;
    }
}
