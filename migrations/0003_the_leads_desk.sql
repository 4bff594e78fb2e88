-- The lead's desk: plans that change, what one student is allowed, announcements, and what is forgotten in the end.

-- `calendar`: a cohort's own rhythms and breaks, as JSON; null while it follows the course file. `paused_at`: since when
-- a paused cohort's clock stands still; what it has due from then on does not fall due meanwhile. What is known about
-- its people is forgotten `keep_days` after it finished; null: it is kept.
ALTER TABLE cohort ADD COLUMN calendar TEXT;
ALTER TABLE cohort ADD COLUMN paused_at INTEGER;
ALTER TABLE cohort ADD COLUMN finished_at INTEGER;
ALTER TABLE cohort ADD COLUMN keep_days INTEGER;
ALTER TABLE cohort ADD COLUMN forgotten_at INTEGER;

-- `by_role`: somebody was seen to carry the Discord role that goes with their place, so that losing it ends the place.
ALTER TABLE enrollment ADD COLUMN by_role INTEGER NOT NULL DEFAULT 0;

-- Who asked to be forgotten is a former member since then.
ALTER TABLE member ADD COLUMN erased_at INTEGER;

-- What a lead allowed one student for one deliverable: until when it is in time for them, or that it may be left out.
CREATE TABLE allowance (
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    member_id INTEGER NOT NULL REFERENCES member (id),
    deliverable TEXT NOT NULL,
    until_at INTEGER,
    excused_at INTEGER,
    reason TEXT NOT NULL,
    granted_by INTEGER REFERENCES member (id),
    granted_at INTEGER NOT NULL,
    PRIMARY KEY (cohort_id, member_id, deliverable)
) STRICT;

-- A student asks for more time; open until a lead answers, or the student takes it back.
CREATE TABLE extension_request (
    id INTEGER PRIMARY KEY,
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    member_id INTEGER NOT NULL REFERENCES member (id),
    deliverable TEXT NOT NULL,
    days INTEGER NOT NULL CHECK (days >= 1),
    reason TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    answer TEXT CHECK (answer IN ('granted', 'declined', 'withdrawn')),
    answered_by INTEGER REFERENCES member (id),
    answered_at INTEGER,
    words TEXT NOT NULL DEFAULT '',
    CHECK ((answer IS NULL) = (answered_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX extension_request_open ON extension_request (cohort_id, member_id, deliverable)
    WHERE answered_at IS NULL;

-- What a lead announces: next at `next_at`, which is `day` (YYYY-MM-DD) at `at` (HH:MM) by the cohort's clock, then on
-- each weekday in `repeat` (`0,3`: Mondays and Thursdays; empty: once). A draft is only a preview, or with
-- `replaces` a change that is not confirmed. With `everyone` it may wait for a second lead. `by_role`: its author led
-- by what they carried on the server, and must still carry it when it is posted. An approval is of what it was at
-- `changed_at`.
CREATE TABLE announcement (
    id INTEGER PRIMARY KEY,
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    author_id INTEGER NOT NULL REFERENCES member (id),
    by_role INTEGER NOT NULL CHECK (by_role IN (0, 1)),
    body TEXT NOT NULL,
    mention TEXT NOT NULL CHECK (mention IN ('none', 'cohort', 'everyone')),
    day TEXT NOT NULL,
    at TEXT NOT NULL,
    next_at INTEGER NOT NULL,
    repeat TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'waiting', 'scheduled', 'done', 'cancelled')),
    replaces INTEGER REFERENCES announcement (id),
    approved_by INTEGER REFERENCES member (id),
    made_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    CHECK (replaces IS NULL OR state = 'draft')
) STRICT;
CREATE INDEX announcement_cohort ON announcement (cohort_id, state);

-- Discord's links to what is uploaded expire, so the file itself is kept until it is posted for the last time.
CREATE TABLE announcement_file (
    id INTEGER PRIMARY KEY,
    announcement_id INTEGER NOT NULL REFERENCES announcement (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX announcement_file_of ON announcement_file (announcement_id);

-- The newest roster file of a lead that is not confirmed yet, as JSON; the button on its preview names `made_at`.
CREATE TABLE roster_upload (
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    member_id INTEGER NOT NULL REFERENCES member (id),
    body TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (cohort_id, member_id)
) STRICT;

-- A moment of the calendar that stands among the server's own events.
CREATE TABLE server_event (
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    key TEXT NOT NULL,
    event_id INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    PRIMARY KEY (cohort_id, key)
) STRICT;

-- The log of one kind of act, and which kinds it has any of.
CREATE INDEX audit_action ON audit (cohort_id, action, at);
