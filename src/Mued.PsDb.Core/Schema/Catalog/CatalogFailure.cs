using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Npgsql;

namespace Mued.PsDb.Schema;

/// <summary>Turns what goes wrong while a schema is read into the errors that public calls throw.</summary>
internal static class CatalogFailure
{
    /// <summary>Whether <see cref="From"/> knows the exception; a cancellation is none of them.</summary>
    public static bool Covers(Exception e) => e is NpgsqlException or IOException;

    /// <summary>The error: the server's own words with their SQLSTATE, or the loss of the connection.</summary>
    public static MuedException From(Exception e, ConnectionSettings settings) =>
        e is PostgresException server
            ? Texts.Error(
                "SchemaReadFailed",
                ExitCode.CheckFailed,
                new ErrorPlace(SqlState: server.SqlState, TargetName: settings.Target),
                e,
                settings.Target,
                settings.Redactor.Redact(server.MessageText)
            )
            : ConnectionFailure.From(e, settings);
}
