namespace Mued.PsDb.Foundation;

/// <summary>The ids of errors that code tells apart; all others are written where the error is made.</summary>
internal static class ErrorIds
{
    /// <summary>A statement failed for a reason that has no id of its own.</summary>
    public const string MigrationFailed = nameof(MigrationFailed);

    /// <summary>A rehearsal has written more than it may.</summary>
    public const string RehearsalTooLarge = nameof(RehearsalTooLarge);

    /// <summary>A plan does not hold any more.</summary>
    public const string PlanOutdated = nameof(PlanOutdated);

    /// <summary>Sequences are set back and could not be set forward again.</summary>
    public const string UndoSequencesBack = nameof(UndoSequencesBack);

    /// <summary>The role may not create in the schema.</summary>
    public const string CreateForbidden = nameof(CreateForbidden);

    /// <summary>The role may not refer to a table.</summary>
    public const string ReferenceForbidden = nameof(ReferenceForbidden);

    /// <summary>The server takes no changes.</summary>
    public const string ServerReadOnly = nameof(ServerReadOnly);

    /// <summary>The server starts, stops, or has crashed.</summary>
    public const string ServerStartingUp = nameof(ServerStartingUp);

    /// <summary>There is no connection left.</summary>
    public const string TooManyConnections = nameof(TooManyConnections);

    /// <summary>The connection broke.</summary>
    public const string ConnectionLost = nameof(ConnectionLost);

    /// <summary>The endpoint is being woken.</summary>
    public const string NeonEndpointWaking = nameof(NeonEndpointWaking);

    /// <summary>No answer came in time.</summary>
    public const string ConnectTimeout = nameof(ConnectTimeout);

    /// <summary>Nothing listens there.</summary>
    public const string ConnectionRefused = nameof(ConnectionRefused);

    /// <summary>There is no such socket.</summary>
    public const string SocketMissing = nameof(SocketMissing);

    /// <summary>No route leads there.</summary>
    public const string HostUnreachable = nameof(HostUnreachable);

    /// <summary>The server refuses for a reason that has no id of its own.</summary>
    public const string ServerRejected = nameof(ServerRejected);

    /// <summary>The client certificate cannot be read.</summary>
    public const string ClientCertificate = nameof(ClientCertificate);
}
