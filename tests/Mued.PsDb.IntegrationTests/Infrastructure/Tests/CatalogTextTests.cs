namespace Mued.PsDb.Tests;

public class CatalogTextTests
{
    private const string Schema = """
        CREATE TYPE mood AS ENUM ('sad', 'ok');
        CREATE TABLE t (id int PRIMARY KEY, name varchar(20) DEFAULT 'x', mood mood, CHECK (id > 0));
        CREATE INDEX i ON t (name) WHERE id > 5;
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
        COMMENT ON COLUMN t.name IS 'a name';
        """;

    [Fact]
    public async Task Two_databases_made_alike_read_alike()
    {
        await using var one = await TestDatabase.CreateAsync();
        await using var other = await TestDatabase.CreateAsync();
        await one.ExecuteAsync(Schema);
        await other.ExecuteAsync(Schema);
        Assert.Equal(await one.CatalogAsync(), await other.CatalogAsync());
    }

    [Theory]
    [InlineData("ALTER TABLE t ALTER name SET DEFAULT 'y'")]
    [InlineData("ALTER TABLE t ALTER name TYPE varchar(21)")]
    [InlineData("ALTER TABLE t ALTER name SET NOT NULL")]
    [InlineData("ALTER TYPE mood ADD VALUE 'happy'")]
    [InlineData("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass")]
    [InlineData("ALTER TABLE t DISABLE TRIGGER g")]
    [InlineData("ALTER TABLE t ENABLE ROW LEVEL SECURITY")]
    [InlineData("CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$")]
    [InlineData("COMMENT ON COLUMN t.name IS 'another name'")]
    [InlineData("ALTER TABLE t DROP CONSTRAINT t_id_check")]
    public async Task Any_difference_shows(string change)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Schema);
        var before = await database.CatalogAsync();
        await database.ExecuteAsync(change);
        Assert.NotEqual(before, await database.CatalogAsync());
    }
}
