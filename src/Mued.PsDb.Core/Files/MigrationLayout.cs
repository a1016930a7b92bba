namespace Mued.PsDb;

/// <summary>The convention by which a folder of migrations is written: that of the tool that it was made for.</summary>
public enum MigrationLayout : long
{
    /// <summary>The one that the folder itself shows.</summary>
    Auto,

    /// <summary><c>0001_name.sql</c>, and perhaps <c>rollback_0001_name.sql</c>; the folder of Supabase is one.</summary>
    Plain,

    /// <summary><c>0001_name.up.sql</c> and <c>0001_name.down.sql</c>: golang-migrate, sqlx, river.</summary>
    Pairs,

    /// <summary><c>-- +goose Up</c> and <c>-- +goose Down</c> in one file.</summary>
    Goose,

    /// <summary><c>-- migrate:up</c> and <c>-- migrate:down</c> in one file.</summary>
    Dbmate,

    /// <summary><c>-- +migrate Up</c> and <c>-- +migrate Down</c> in one file: sql-migrate of Go.</summary>
    SqlMigrate,

    /// <summary><c>---- create above / drop below ----</c> in one file.</summary>
    Tern,

    /// <summary><c>-- Up Migration</c> and <c>-- Down Migration</c> in one file: the SQL migrations of node-pg-migrate.</summary>
    NodePgMigrate,

    /// <summary><c>V1__name.sql</c>, <c>U1__name.sql</c> and <c>R__name.sql</c>, in folders of any depth: Flyway, Evolve.</summary>
    Flyway,

    /// <summary><c>2026-01-15-101112_name/up.sql</c> and <c>down.sql</c>.</summary>
    Diesel,

    /// <summary><c>20260115101112_name/migration.sql</c>.</summary>
    Prisma,

    /// <summary>The files that <c>meta/_journal.json</c> names, in its order; or, as of version 1, folders with <c>snapshot.json</c>.</summary>
    Drizzle,
}
