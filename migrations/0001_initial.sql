-- The course as it runs: versions of the course file, cohorts and their people, what was handed in, reviewed and
-- reflected on, what is owed to whom and when, and what was done by whom.
-- Instants are microseconds UTC. Written for SQLite; `bot/database.py` lists what reads differently on PostgreSQL.

-- One row per distinct course file that a cohort has ever run with.
CREATE TABLE course_version (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- A person, in whatever cohorts; `user_id` is the Discord id and goes away when they ask to be forgotten.
CREATE TABLE member (
    id INTEGER PRIMARY KEY,
    user_id INTEGER UNIQUE,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE cohort (
    id INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    channel_id INTEGER NOT NULL,
    timezone TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'running', 'paused', 'finished')),
    course_version_id INTEGER NOT NULL REFERENCES course_version (id),
    student_role_id INTEGER,
    mentor_role_id INTEGER,
    lead_role_id INTEGER,
    seed INTEGER NOT NULL,
    created_by INTEGER NOT NULL REFERENCES member (id),
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    UNIQUE (guild_id, name)
) STRICT;
-- A channel belongs to one cohort at a time: that is how a command knows which cohort it is about.
CREATE UNIQUE INDEX cohort_channel ON cohort (channel_id) WHERE state <> 'finished';

CREATE TABLE enrollment (
    id INTEGER PRIMARY KEY,
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    member_id INTEGER NOT NULL REFERENCES member (id),
    role TEXT NOT NULL CHECK (role IN ('student', 'mentor', 'lead')),
    state TEXT NOT NULL CHECK (state IN ('active', 'withdrawn')),
    enrolled_at INTEGER NOT NULL,
    UNIQUE (cohort_id, member_id, role)
) STRICT;
CREATE INDEX enrollment_member ON enrollment (member_id);

CREATE TABLE submission (
    id INTEGER PRIMARY KEY,
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    member_id INTEGER NOT NULL REFERENCES member (id),
    deliverable TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (cohort_id, member_id, deliverable),
    UNIQUE (id, member_id)
) STRICT;
CREATE INDEX submission_deliverable ON submission (cohort_id, deliverable);

-- `deadline_at` is the deadline in force when it was handed in, so that late stays a fact whatever changes later.
-- `opened_at` is when a reviewer first saw it: from then on a change is a new revision.
CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES submission (id),
    number INTEGER NOT NULL,
    note TEXT NOT NULL,
    deadline_at INTEGER NOT NULL,
    late INTEGER NOT NULL CHECK (late IN (0, 1)),
    submitted_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    opened_at INTEGER,
    UNIQUE (submission_id, number)
) STRICT;

CREATE TABLE evidence (
    revision_id INTEGER NOT NULL REFERENCES revision (id),
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('unchecked', 'reachable', 'private', 'dead')),
    PRIMARY KEY (revision_id, kind)
) STRICT;

-- Who reviews whose work. `author_id` repeats the submission's author so that the database itself refuses
-- a review of one's own work; the pair is tied to the submission, so the copy cannot lie.
CREATE TABLE review (
    id INTEGER PRIMARY KEY,
    submission_id INTEGER NOT NULL,
    author_id INTEGER NOT NULL,
    reviewer_id INTEGER NOT NULL REFERENCES member (id),
    origin TEXT NOT NULL CHECK (origin IN ('deadline', 'late', 'pull', 'lead', 'mentor')),
    track TEXT NOT NULL CHECK (track IN ('weekly', 'capstone')),
    course_version_id INTEGER NOT NULL REFERENCES course_version (id),
    allocated_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    opened_at INTEGER,
    sent_at INTEGER,
    read_at INTEGER,
    revision_id INTEGER REFERENCES revision (id),
    strength TEXT NOT NULL DEFAULT '',
    FOREIGN KEY (submission_id, author_id) REFERENCES submission (id, member_id),
    UNIQUE (submission_id, reviewer_id),
    CHECK (reviewer_id <> author_id),
    CHECK (sent_at IS NULL OR (opened_at IS NOT NULL AND revision_id IS NOT NULL))
) STRICT;
CREATE INDEX review_reviewer ON review (reviewer_id, sent_at);
CREATE INDEX review_author ON review (author_id);

CREATE TABLE score (
    review_id INTEGER NOT NULL REFERENCES review (id),
    criterion TEXT NOT NULL,
    level INTEGER NOT NULL CHECK (level >= 1),
    PRIMARY KEY (review_id, criterion)
) STRICT;

CREATE TABLE point (
    id INTEGER PRIMARY KEY,
    review_id INTEGER NOT NULL REFERENCES review (id),
    kind TEXT NOT NULL CHECK (kind IN ('defect', 'risk', 'suggestion')),
    severity TEXT NOT NULL CHECK (severity IN ('low', 'medium', 'high')),
    place TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX point_review ON point (review_id);

-- A round of pairing that was run, with the seed that reproduces it.
CREATE TABLE pairing (
    id INTEGER PRIMARY KEY,
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    deliverable TEXT NOT NULL,
    seed TEXT NOT NULL,
    ran_at INTEGER NOT NULL,
    UNIQUE (cohort_id, deliverable)
) STRICT;

-- `kept` says what became of the improvement promised a week earlier.
CREATE TABLE retro (
    id INTEGER PRIMARY KEY,
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    member_id INTEGER NOT NULL REFERENCES member (id),
    week INTEGER NOT NULL,
    prompt TEXT NOT NULL,
    retain TEXT NOT NULL,
    improve TEXT NOT NULL,
    scale TEXT NOT NULL,
    kept TEXT CHECK (kept IN ('kept', 'partly', 'dropped')),
    written_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (cohort_id, member_id, week)
) STRICT;

-- The ledger: one row per thing the bot owes somebody on a schedule. `try_at` is when anybody may (again) take it
-- up: the due instant, the next retry, or the end of the claim that holds it. From `unsure_since` on it may have been
-- said although nobody wrote that down.
CREATE TABLE occurrence (
    id INTEGER PRIMARY KEY,
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    week INTEGER NOT NULL,
    member_id INTEGER REFERENCES member (id),
    due_at INTEGER NOT NULL,
    stale_at INTEGER,
    state TEXT NOT NULL CHECK (state IN ('due', 'claimed', 'sent', 'done', 'skipped', 'failed')),
    try_at INTEGER NOT NULL,
    owner TEXT,
    unsure_since INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    channel_id INTEGER,
    message_id INTEGER,
    settled_at INTEGER,
    UNIQUE (cohort_id, kind, key)
) STRICT;
CREATE INDEX occurrence_open ON occurrence (try_at) WHERE state IN ('due', 'claimed');

-- Something that a lead must mend; open until it is seen working again.
CREATE TABLE problem (
    id INTEGER PRIMARY KEY,
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    since INTEGER NOT NULL,
    mended_at INTEGER
) STRICT;
CREATE UNIQUE INDEX problem_open ON problem (cohort_id, subject) WHERE mended_at IS NULL;

-- Who did what to whom; only ever added to. `actor_id` is null where the bot itself acted.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    at INTEGER NOT NULL,
    actor_id INTEGER REFERENCES member (id),
    action TEXT NOT NULL,
    subject_id INTEGER REFERENCES member (id),
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_cohort ON audit (cohort_id, at);

-- What the process remembers about itself: the last tick, the commands it registered.
CREATE TABLE house (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
