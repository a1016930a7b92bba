-- 0008: the two foreign keys to users, and comments on the polymorphic reference of provenance.
--
-- For the reviewer:
--   * The only file that touches `users`: each ADD CONSTRAINT takes SHARE ROW EXCLUSIVE on it for the moment of the check,
--     so writers of `users` wait that long. The runner's lock_timeout and retries bound it.
--   * Orphans are counted before anything is added, so the error says how many rows stand in the way and of which kind.
--   * There is no foreign key on provenance.content_id and there must not be one: it is polymorphic.
--     The withdrawn 0008_add_foreign_keys.sql tried to add it.
--   * PostgreSQL has no ADD CONSTRAINT IF NOT EXISTS; the catalog is asked instead. A constraint of the right name that is
--     NOT VALID is validated; one with another definition is replaced.

DO $$
DECLARE
    orphans bigint;
BEGIN
    SELECT count(*) INTO orphans
    FROM public.ai_dialogue_log AS d
    WHERE NOT EXISTS (SELECT FROM public.users AS u WHERE u.id = d.user_id);
    IF orphans > 0 THEN
        RAISE EXCEPTION 'fk_ai_dialogue_user: % row(s) of ai_dialogue_log have a user_id that is not in users', orphans
            USING ERRCODE = 'foreign_key_violation',
                  SCHEMA = 'public', TABLE = 'ai_dialogue_log', CONSTRAINT = 'fk_ai_dialogue_user',
                  HINT = 'Delete these rows or add the missing users, then migrate again.';
    END IF;

    SELECT count(*) INTO orphans
    FROM public.provenance AS p
    WHERE p.acquired_by IS NOT NULL
      AND NOT EXISTS (SELECT FROM public.users AS u WHERE u.id = p.acquired_by);
    IF orphans > 0 THEN
        RAISE EXCEPTION 'fk_provenance_acquired_by: % row(s) of provenance have an acquired_by that is not in users', orphans
            USING ERRCODE = 'foreign_key_violation',
                  SCHEMA = 'public', TABLE = 'provenance', CONSTRAINT = 'fk_provenance_acquired_by',
                  HINT = 'Set acquired_by to null in these rows or add the missing users, then migrate again.';
    END IF;
END
$$;

-- Deleting a user deletes the user's dialogues.

DO $$
DECLARE
    existing pg_catalog.pg_constraint;
BEGIN
    SELECT * INTO existing
    FROM pg_catalog.pg_constraint
    WHERE conrelid = 'public.ai_dialogue_log'::regclass AND conname = 'fk_ai_dialogue_user';

    IF existing.oid IS NOT NULL
       AND (existing.contype, existing.confrelid, existing.confdeltype)
           IS DISTINCT FROM ('f'::"char", 'public.users'::regclass::oid, 'c'::"char") THEN
        ALTER TABLE public.ai_dialogue_log DROP CONSTRAINT fk_ai_dialogue_user;
        existing := NULL;
    END IF;

    IF existing.oid IS NULL THEN
        ALTER TABLE public.ai_dialogue_log
            ADD CONSTRAINT fk_ai_dialogue_user FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE;
    ELSIF NOT existing.convalidated THEN
        ALTER TABLE public.ai_dialogue_log VALIDATE CONSTRAINT fk_ai_dialogue_user;
    END IF;
END
$$;

-- Deleting a user keeps the record of what the user acquired, without the name.

DO $$
DECLARE
    existing pg_catalog.pg_constraint;
BEGIN
    SELECT * INTO existing
    FROM pg_catalog.pg_constraint
    WHERE conrelid = 'public.provenance'::regclass AND conname = 'fk_provenance_acquired_by';

    IF existing.oid IS NOT NULL
       AND (existing.contype, existing.confrelid, existing.confdeltype)
           IS DISTINCT FROM ('f'::"char", 'public.users'::regclass::oid, 'n'::"char") THEN
        ALTER TABLE public.provenance DROP CONSTRAINT fk_provenance_acquired_by;
        existing := NULL;
    END IF;

    IF existing.oid IS NULL THEN
        ALTER TABLE public.provenance
            ADD CONSTRAINT fk_provenance_acquired_by FOREIGN KEY (acquired_by) REFERENCES public.users (id) ON DELETE SET NULL;
    ELSIF NOT existing.convalidated THEN
        ALTER TABLE public.provenance VALIDATE CONSTRAINT fk_provenance_acquired_by;
    END IF;
END
$$;

COMMENT ON COLUMN public.provenance.content_id IS
    'Polymorphic reference, without a foreign key: content_type names the table. Checked by the application.';
COMMENT ON COLUMN public.provenance.content_type IS
    'What content_id refers to: material -> materials, ai_response -> ai_dialogue_log; the other kinds have no table. Checked by the application.';
