-- Takes Phase 2 away again: 0006 and everything after it.
--
-- For the reviewer:
--   * Works on a complete, a partial and an absent Phase 2. `users` and `materials` stay as they are.
--   * Runs in one transaction, made by the runner, which copies the rows to a backup first. It deletes data: all of it.
--   * CASCADE takes views, foreign keys and columns of others that depend on Phase 2. The runner rehearses the script,
--     lists such objects, and stops unless it is forced. By hand, run it inside BEGIN … ROLLBACK first and read the notices.

DROP TABLE IF EXISTS public.ai_dialogue_log CASCADE;
DROP TABLE IF EXISTS public.provenance CASCADE;
DROP TABLE IF EXISTS public.rag_metrics_history CASCADE;
DROP TABLE IF EXISTS public.plugin_registry CASCADE;

DROP TYPE IF EXISTS public.content_type CASCADE;
DROP TYPE IF EXISTS public.acquisition_method CASCADE;
DROP TYPE IF EXISTS public.license_type CASCADE;

-- Triggers of other tables may call the function. DROP would fail on them, which is the exact test of "still in use".
DO $$
BEGIN
    DROP FUNCTION IF EXISTS public.update_updated_at_column();
EXCEPTION
    WHEN dependent_objects_still_exist THEN
        RAISE NOTICE 'update_updated_at_column() stays: other objects depend on it';
END
$$;
