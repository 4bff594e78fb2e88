-- From feedback to revision to acceptance, and the mentor queue; who is away, and who never reviews whom.

-- `offered_at`: it waits for a reviewer since then; null while it has as many as it is promised. `covered_by`: the hour
-- by which it was promised its reviews or a mentor's; `mentor_at`: from then on, if it still lacks them, it waits for a
-- mentor; `covered_at`: when it had them.
ALTER TABLE submission ADD COLUMN offered_at INTEGER;
ALTER TABLE submission ADD COLUMN covered_by INTEGER;
ALTER TABLE submission ADD COLUMN mentor_at INTEGER;
ALTER TABLE submission ADD COLUMN covered_at INTEGER;
CREATE INDEX submission_offered ON submission (cohort_id, deliverable, offered_at) WHERE offered_at IS NOT NULL;
CREATE INDEX submission_promised ON submission (cohort_id, covered_by) WHERE covered_by IS NOT NULL;

-- A review that somebody took is theirs until `lease_until`. `closed_at`: it is no longer asked of its reviewer, and why.
-- What was written stays: an expired draft can still be sent. `rating` is the author's, of how useful it was.
ALTER TABLE review ADD COLUMN lease_until INTEGER;
ALTER TABLE review ADD COLUMN closed_at INTEGER;
ALTER TABLE review ADD COLUMN closed_why TEXT
    CHECK (closed_why IN ('expired', 'declined', 'left', 'away', 'apart', 'withdrawn', 'accepted'));
ALTER TABLE review ADD COLUMN closed_words TEXT NOT NULL DEFAULT '';
ALTER TABLE review ADD COLUMN rating INTEGER CHECK (rating BETWEEN 1 AND 4);

-- What was reviewed before all this: promised 48 hours, and a mentor 14 hours, after its reviews were due; covered once
-- every review that was asked for had come.
UPDATE submission SET
    covered_by = (SELECT max(due_at) FROM review WHERE submission_id = submission.id) + 172800000000,
    mentor_at = (SELECT max(due_at) FROM review WHERE submission_id = submission.id) + 50400000000,
    covered_at = CASE
        WHEN EXISTS (SELECT 1 FROM review WHERE submission_id = submission.id AND sent_at IS NULL) THEN NULL
        ELSE (SELECT max(sent_at) FROM review WHERE submission_id = submission.id)
    END
WHERE EXISTS (SELECT 1 FROM review WHERE submission_id = submission.id);

-- What an author answers to a point, at most twice: the second time after the reviewer found it still open.
-- A draft until `sent_at`. `revision_id` is the revision in which it is fixed. The verdict is the reviewer's draft until
-- `checked_at`.
CREATE TABLE answer (
    id INTEGER PRIMARY KEY,
    point_id INTEGER NOT NULL REFERENCES point (id),
    round INTEGER NOT NULL CHECK (round IN (1, 2)),
    kind TEXT NOT NULL CHECK (kind IN ('fixed', 'explained', 'declined')),
    body TEXT NOT NULL,
    revision_id INTEGER REFERENCES revision (id),
    sent_at INTEGER,
    verdict TEXT CHECK (verdict IN ('settled', 'open')),
    remark TEXT NOT NULL DEFAULT '',
    checked_at INTEGER,
    UNIQUE (point_id, round),
    CHECK (sent_at IS NULL OR kind <> 'fixed' OR revision_id IS NOT NULL),
    CHECK (checked_at IS NULL OR (sent_at IS NOT NULL AND verdict IS NOT NULL))
) STRICT;

-- What was decided about a piece of work; the newest counts. `mentor_id` is null where the policy accepted it.
CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES submission (id),
    revision_id INTEGER NOT NULL REFERENCES revision (id),
    mentor_id INTEGER REFERENCES member (id),
    kind TEXT NOT NULL CHECK (kind IN ('accepted', 'changes')),
    words TEXT NOT NULL,
    decided_at INTEGER NOT NULL
) STRICT;
CREATE INDEX decision_submission ON decision (submission_id);

-- Work that waits for a mentor, and why; the gravest reason comes first. A claim holds until `until_at`, unless it is
-- renewed. `outcome` says how it left the queue; `mentor_id` then is whoever dealt with it.
CREATE TABLE queue_item (
    id INTEGER PRIMARY KEY,
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    submission_id INTEGER NOT NULL REFERENCES submission (id),
    since INTEGER NOT NULL,
    signoff INTEGER NOT NULL CHECK (signoff IN (0, 1)),
    uncovered INTEGER NOT NULL CHECK (uncovered IN (0, 1)),
    disagreement INTEGER NOT NULL CHECK (disagreement IN (0, 1)),
    evidence INTEGER NOT NULL CHECK (evidence IN (0, 1)),
    at_risk INTEGER NOT NULL CHECK (at_risk IN (0, 1)),
    mentor_id INTEGER REFERENCES member (id),
    claimed_at INTEGER,
    until_at INTEGER,
    renewals INTEGER NOT NULL DEFAULT 0,
    closed_at INTEGER,
    outcome TEXT CHECK (outcome IN ('reviewed', 'accepted', 'changes', 'resolved'))
) STRICT;
CREATE UNIQUE INDEX queue_waiting ON queue_item (submission_id) WHERE closed_at IS NULL;
CREATE INDEX queue_ranked ON queue_item
    (cohort_id, signoff DESC, uncovered DESC, disagreement DESC, evidence DESC, at_risk DESC, since, id)
    WHERE closed_at IS NULL;
CREATE INDEX queue_held ON queue_item (mentor_id, cohort_id) WHERE closed_at IS NULL;
CREATE INDEX queue_closed ON queue_item (cohort_id, closed_at) WHERE closed_at IS NOT NULL;

-- Words that a mentor uses again.
CREATE TABLE snippet (
    id INTEGER PRIMARY KEY,
    member_id INTEGER NOT NULL REFERENCES member (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (member_id, title)
) STRICT;

-- When a member is away; nobody is asked for a review that falls due while they are.
CREATE TABLE absence (
    id INTEGER PRIMARY KEY,
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    member_id INTEGER NOT NULL REFERENCES member (id),
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    told_at INTEGER NOT NULL,
    CHECK (until_at > from_at)
) STRICT;
CREATE INDEX absence_member ON absence (cohort_id, member_id);

-- Two people who never review each other, in either direction: the smaller id first.
CREATE TABLE forbidden_pair (
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    one_id INTEGER NOT NULL REFERENCES member (id),
    other_id INTEGER NOT NULL REFERENCES member (id),
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (cohort_id, one_id, other_id),
    CHECK (one_id < other_id)
) STRICT;

-- A cohort's own ladder, as JSON, in place of the course file's.
ALTER TABLE cohort ADD COLUMN ladder TEXT;
