namespace Mued.PsDb.Schema;

/// <summary>Event triggers.</summary>
internal sealed class EventTriggerQuery() : DefinitionQuery(ObjectKind.EventTrigger, "pg_event_trigger", CatalogPart.Database)
{
    protected override string Definitions =>
        """
            SELECT t.oid, format('%I', t.evtname),
                   concat(format('CREATE EVENT TRIGGER %I ON %s', t.evtname, t.evtevent),
                          ' WHEN TAG IN (' || (SELECT string_agg(quote_literal(tag), ', ' ORDER BY tag) FROM unnest(t.evttags) AS tag) || ')',
                          format(' EXECUTE FUNCTION %s()', t.evtfoid::regproc),
                          CASE t.evtenabled WHEN 'D' THEN format('; ALTER EVENT TRIGGER %I DISABLE', t.evtname)
                                            WHEN 'R' THEN format('; ALTER EVENT TRIGGER %I ENABLE REPLICA', t.evtname)
                                            WHEN 'A' THEN format('; ALTER EVENT TRIGGER %I ENABLE ALWAYS', t.evtname) END)
            FROM pg_event_trigger AS t
            """;
}
