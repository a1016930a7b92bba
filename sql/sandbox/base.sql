-- The two tables of the MUED LMS that Phase 2 refers to, as small as they can be.
-- For the sandbox and the tests only: a real database has its own, and Phase 2 never changes them.

CREATE TABLE IF NOT EXISTS users (
    id         uuid      PRIMARY KEY DEFAULT gen_random_uuid(),
    clerk_id   text      NOT NULL UNIQUE,
    email      text      NOT NULL,
    name       text,
    role       text      NOT NULL DEFAULT 'student',
    created_at timestamp NOT NULL DEFAULT now(),
    updated_at timestamp NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS materials (
    id         uuid      PRIMARY KEY DEFAULT gen_random_uuid(),
    creator_id uuid      NOT NULL REFERENCES users,
    title      text      NOT NULL,
    created_at timestamp NOT NULL DEFAULT now(),
    updated_at timestamp NOT NULL DEFAULT now()
);
