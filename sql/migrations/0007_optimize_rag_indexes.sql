-- 0007: four indexes for the dashboards, and comments on tables and columns.
--
-- For the reviewer:
--   * Plain CREATE INDEX, in the runner's transaction: the tables are those of 0006 and still empty or small.
--     On a large ai_dialogue_log use CREATE INDEX CONCURRENTLY by hand first; IF NOT EXISTS then takes it as done.
--   * idx_rag_metrics_date_unique fails if a day has two rows. Test-MuedSchema -IncludeData names such days.

-- A user's dialogues, newest first.
CREATE INDEX IF NOT EXISTS idx_ai_dialogue_user_created
    ON public.ai_dialogue_log (user_id, created_at DESC);

-- Content whose retention ends.
CREATE INDEX IF NOT EXISTS idx_provenance_expiring
    ON public.provenance (retention_years, acquired_at)
    WHERE retention_years IS NOT NULL;

-- One row a day.
CREATE UNIQUE INDEX IF NOT EXISTS idx_rag_metrics_date_unique
    ON public.rag_metrics_history (date(date));

-- The plugins that can be asked right now.
CREATE INDEX IF NOT EXISTS idx_plugin_enabled_healthy
    ON public.plugin_registry (name, last_health_check)
    WHERE enabled = true AND health_status = 'healthy';

COMMENT ON TABLE public.ai_dialogue_log IS
    'Questions to the AI tutor and its answers, with citations, cost and feedback.';
COMMENT ON COLUMN public.ai_dialogue_log.citations IS
    'Sources that the answer cites, as a JSON array.';
COMMENT ON COLUMN public.ai_dialogue_log.latency_ms IS
    'Milliseconds from the question to the complete answer.';
COMMENT ON COLUMN public.ai_dialogue_log.citation_rate IS
    'Share of the answer''s statements that cite a source, in percent (0 to 100).';

COMMENT ON TABLE public.provenance IS
    'Origin, licence, integrity and retention of every piece of content.';
COMMENT ON COLUMN public.provenance.hash_c2pa IS
    'Hash of the C2PA manifest (Coalition for Content Provenance and Authenticity).';
COMMENT ON COLUMN public.provenance.retention_years IS
    'Years to keep the content after acquired_at; null keeps it for ever.';

COMMENT ON TABLE public.rag_metrics_history IS
    'Quality, latency and cost of retrieval-augmented answers, one row a day.';
COMMENT ON COLUMN public.rag_metrics_history.slo_compliance IS
    'Which service level objectives the day met, as a JSON object.';

COMMENT ON TABLE public.plugin_registry IS
    'Content sources that the assistant can search, with their health.';
COMMENT ON COLUMN public.plugin_registry.capabilities IS
    'What the plugin can do: list, search, filter, fetch and transform, each true or false.';
