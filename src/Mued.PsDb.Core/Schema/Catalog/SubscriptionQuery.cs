namespace Mued.PsDb.Schema;

/// <summary>Subscriptions, never their connections: these hold secrets.</summary>
internal sealed class SubscriptionQuery() : DefinitionQuery(ObjectKind.Subscription, "pg_subscription", CatalogPart.Database)
{
    protected override string Definitions =>
        """
            SELECT s.oid, format('%I', s.subname),
                   concat(format('CREATE SUBSCRIPTION %I CONNECTION ''***'' PUBLICATION ', s.subname),
                          (SELECT string_agg(quote_ident(publication), ', ' ORDER BY publication) FROM unnest(s.subpublications) AS publication),
                          format(' WITH (enabled = %s, binary = %s, streaming = %s, synchronous_commit = %L', s.subenabled, s.subbinary,
                                 CASE s.substream::text WHEN 't' THEN 'true' WHEN 'f' THEN 'false' WHEN 'p' THEN 'parallel' ELSE s.substream::text END,
                                 s.subsynccommit),
                          format(', slot_name = %s)', coalesce(quote_literal(s.subslotname), 'NONE')))
            FROM pg_subscription AS s JOIN pg_database AS b ON b.oid = s.subdbid AND b.datname = current_database()
            """;
}
