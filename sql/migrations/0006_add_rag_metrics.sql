-- 0006: tables for AI dialogues, provenance, RAG metrics and plugins.
--
-- For the reviewer:
--   * Adds only. `users` and `materials` are neither read nor changed; 0008 adds the references to `users`.
--   * Runs in one transaction, made by the runner. Every statement may run again on a complete or half-built Phase 2.
--   * All indexes are made on tables that this file creates, so they are empty and the plain CREATE INDEX is instant.
--     The one exception is ai_dialogue_log, which may exist already with its eight base columns; adding nullable columns
--     without a default rewrites nothing (PostgreSQL manual, ALTER TABLE, Notes).

-- Enum types. PostgreSQL has no CREATE TYPE IF NOT EXISTS; asking the catalog first keeps the log free of errors.
-- The order of the labels is their sort order.

DO $$
BEGIN
    IF to_regtype('public.content_type') IS NULL THEN
        CREATE TYPE public.content_type AS ENUM (
            'material', 'creation_log', 'generated', 'note_article', 'ai_response');
    END IF;
END
$$;

DO $$
BEGIN
    IF to_regtype('public.acquisition_method') IS NULL THEN
        CREATE TYPE public.acquisition_method AS ENUM (
            'api_fetch', 'manual_upload', 'ai_generated', 'user_created', 'system_import');
    END IF;
END
$$;

DO $$
BEGIN
    IF to_regtype('public.license_type') IS NULL THEN
        CREATE TYPE public.license_type AS ENUM (
            'cc_by', 'cc_by_sa', 'cc_by_nc', 'cc_by_nc_sa', 'proprietary',
            'mit', 'apache_2_0', 'all_rights_reserved', 'public_domain');
    END IF;
END
$$;

-- One row for each question and answer.

CREATE TABLE IF NOT EXISTS public.ai_dialogue_log (
    id         uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id    uuid         NOT NULL,
    session_id uuid         NOT NULL,
    query      text         NOT NULL,
    response   text         NOT NULL,
    model_used varchar(100) NOT NULL,
    created_at timestamp    NOT NULL DEFAULT now(),
    updated_at timestamp    NOT NULL DEFAULT now()
);

-- Apart from the base columns, because a database may have the table with only those.
-- A column is added together with its check, so neither can be there without the other.

ALTER TABLE public.ai_dialogue_log
    ADD COLUMN IF NOT EXISTS citations           jsonb,
    ADD COLUMN IF NOT EXISTS latency_ms          integer,
    ADD COLUMN IF NOT EXISTS token_cost_jpy      numeric(8,2),
    ADD COLUMN IF NOT EXISTS citation_rate       numeric(5,2),
    ADD COLUMN IF NOT EXISTS prompt_tokens       integer,
    ADD COLUMN IF NOT EXISTS completion_tokens   integer,
    ADD COLUMN IF NOT EXISTS total_tokens        integer,
    ADD COLUMN IF NOT EXISTS relevance_score     numeric(3,2),
    ADD COLUMN IF NOT EXISTS user_feedback       integer
        CONSTRAINT ai_dialogue_log_user_feedback_check CHECK (user_feedback IN (-1, 0, 1)),
    ADD COLUMN IF NOT EXISTS context_window_size integer,
    ADD COLUMN IF NOT EXISTS temperature         numeric(3,2);

-- Where a piece of content came from and what may be done with it.

CREATE TABLE IF NOT EXISTS public.provenance (
    id                     uuid                      PRIMARY KEY DEFAULT gen_random_uuid(),
    content_id             uuid                      NOT NULL,
    content_type           public.content_type       NOT NULL,
    source_uri             text,
    license_type           public.license_type,
    acquisition_method     public.acquisition_method,
    rights_holder          text,
    permission_flag        boolean                   DEFAULT false,
    hash_c2pa              text,
    hash_sha256            text,
    retention_years        integer,
    access_policy          jsonb,
    external_share_consent boolean                   DEFAULT false,
    acquired_by            uuid,
    acquired_at            timestamp,
    last_verified_at       timestamp,
    verification_status    varchar(50),
    created_at             timestamp                 NOT NULL DEFAULT now(),
    updated_at             timestamp                 NOT NULL DEFAULT now()
);

-- One row for each day (0007 makes that a rule).

CREATE TABLE IF NOT EXISTS public.rag_metrics_history (
    id                       uuid          PRIMARY KEY DEFAULT gen_random_uuid(),
    date                     timestamp     NOT NULL,
    citation_rate            numeric(5,2),
    citation_count           integer,
    unique_sources_count     integer,
    latency_p50_ms           integer,
    latency_p95_ms           integer,
    latency_p99_ms           integer,
    cost_per_answer          numeric(6,2),
    total_cost               numeric(10,2),
    total_queries            integer,
    unique_users             integer,
    average_tokens_per_query integer,
    average_relevance_score  numeric(3,2),
    positive_votes_rate      numeric(5,2),
    slo_compliance           jsonb,
    created_at               timestamp     NOT NULL DEFAULT now()
);

-- The sources that the assistant can search.

CREATE TABLE IF NOT EXISTS public.plugin_registry (
    id                uuid         PRIMARY KEY DEFAULT gen_random_uuid(),
    name              varchar(100) NOT NULL UNIQUE,
    source            varchar(50)  NOT NULL UNIQUE,
    capabilities      jsonb        NOT NULL,
    config            jsonb,
    api_endpoint      text,
    api_key_env_var   varchar(100),
    enabled           boolean      DEFAULT true,
    version           varchar(20)  NOT NULL,
    last_health_check timestamp,
    health_status     varchar(50),
    created_at        timestamp    NOT NULL DEFAULT now(),
    updated_at        timestamp    NOT NULL DEFAULT now()
);

-- Indexes for the first queries of the application.

CREATE INDEX IF NOT EXISTS idx_ai_dialogue_user          ON public.ai_dialogue_log (user_id);
CREATE INDEX IF NOT EXISTS idx_ai_dialogue_session       ON public.ai_dialogue_log (session_id);
CREATE INDEX IF NOT EXISTS idx_ai_dialogue_created_at    ON public.ai_dialogue_log (created_at);
CREATE INDEX IF NOT EXISTS idx_ai_dialogue_citation_rate ON public.ai_dialogue_log (citation_rate);

CREATE INDEX IF NOT EXISTS idx_provenance_content   ON public.provenance (content_id, content_type);
CREATE INDEX IF NOT EXISTS idx_provenance_source    ON public.provenance (source_uri);
CREATE INDEX IF NOT EXISTS idx_provenance_license   ON public.provenance (license_type);
CREATE INDEX IF NOT EXISTS idx_provenance_retention ON public.provenance (retention_years);

CREATE INDEX IF NOT EXISTS idx_rag_metrics_date       ON public.rag_metrics_history (date);
CREATE INDEX IF NOT EXISTS idx_rag_metrics_compliance ON public.rag_metrics_history USING gin (slo_compliance);

CREATE INDEX IF NOT EXISTS idx_plugin_name    ON public.plugin_registry (name);
CREATE INDEX IF NOT EXISTS idx_plugin_enabled ON public.plugin_registry (enabled);

-- updated_at follows every update. Other tables of the database may use the same function:
-- the rollback leaves it in place while anything depends on it.

CREATE OR REPLACE FUNCTION public.update_updated_at_column() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    NEW.updated_at = now();
    RETURN NEW;
END;
$$;

CREATE OR REPLACE TRIGGER update_ai_dialogue_log_updated_at
    BEFORE UPDATE ON public.ai_dialogue_log
    FOR EACH ROW EXECUTE FUNCTION public.update_updated_at_column();

CREATE OR REPLACE TRIGGER update_provenance_updated_at
    BEFORE UPDATE ON public.provenance
    FOR EACH ROW EXECUTE FUNCTION public.update_updated_at_column();

CREATE OR REPLACE TRIGGER update_plugin_registry_updated_at
    BEFORE UPDATE ON public.plugin_registry
    FOR EACH ROW EXECUTE FUNCTION public.update_updated_at_column();

-- The two plugins that ship with Phase 2. A row that is there already, under the same name, is left as it is.

INSERT INTO public.plugin_registry (name, source, capabilities, version, enabled)
VALUES
    ('Note.com Integration', 'note',
     '{"list": true, "search": true, "filter": true, "fetch": true, "transform": false}', '1.0.0', true),
    ('Local Materials', 'local',
     '{"list": true, "search": true, "filter": true, "fetch": true, "transform": true}', '1.0.0', true)
ON CONFLICT (name) DO NOTHING;
