namespace Mued.PsDb.Schema;

/// <summary>Subscriptions, never their connections: these hold secrets.</summary>
/// <remarks>
/// What a version does not know is taken from <c>missing</c>, for a name that the inner query does not have is looked up in the outer one;
/// and an option with its default is not told, so that all versions say the same.
/// </remarks>
internal sealed class SubscriptionQuery() : DefinitionQuery(ObjectKind.Subscription, "pg_subscription", CatalogPart.Database)
{
    protected override string Definitions =>
        """
            SELECT s.oid, format('%I', s.subname),
                   concat(format('CREATE SUBSCRIPTION %I CONNECTION ''***'' PUBLICATION ', s.subname),
                          (SELECT string_agg(quote_ident(publication), ', ' ORDER BY publication) FROM unnest(s.subpublications) AS publication),
                          format(' WITH (enabled = %s, binary = %s, streaming = %s, synchronous_commit = %L', s.subenabled::text, s.subbinary::text,
                                 CASE s.substream::text WHEN 't' THEN 'true' WHEN 'f' THEN 'false' WHEN 'p' THEN 'parallel' ELSE s.substream::text END,
                                 s.subsynccommit),
                          CASE WHEN o.two_phase <> 'd' THEN ', two_phase = true' END,
                          CASE WHEN o.disable_on_error THEN ', disable_on_error = true' END,
                          CASE WHEN NOT o.password_required THEN ', password_required = false' END,
                          CASE WHEN o.run_as_owner THEN ', run_as_owner = true' END,
                          CASE WHEN o.origin <> 'any' THEN format(', origin = %s', o.origin) END,
                          CASE WHEN o.failover THEN ', failover = true' END,
                          format(', slot_name = %s)', coalesce(quote_literal(s.subslotname), 'NONE')))
            FROM (SELECT 'd' AS subtwophasestate, false AS subdisableonerr, true AS subpasswordrequired, false AS subrunasowner,
                         'any' AS suborigin, false AS subfailover) AS missing
            CROSS JOIN LATERAL (SELECT oid, subtwophasestate::text AS two_phase, subdisableonerr AS disable_on_error,
                                       subpasswordrequired AS password_required, subrunasowner AS run_as_owner,
                                       suborigin AS origin, subfailover AS failover FROM pg_subscription) AS o
            JOIN pg_subscription AS s ON s.oid = o.oid
            JOIN pg_database AS b ON b.oid = s.subdbid AND b.datname = current_database()
            """;
}
