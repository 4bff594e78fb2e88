-- What a student has to show: their own scores, a portfolio with its proofs and quotes; and who may look at the pages.

-- What became of the improvement that a retro promises, said with a later retro or by itself; null: nobody has said yet.
-- A promise is open until it is kept or dropped. Until now the retro after it said so, in `kept`.
ALTER TABLE retro ADD COLUMN became TEXT CHECK (became IN ('kept', 'partly', 'dropped'));
ALTER TABLE retro ADD COLUMN became_at INTEGER;
UPDATE retro SET
    became = (SELECT later.kept FROM retro later WHERE later.cohort_id = retro.cohort_id
        AND later.member_id = retro.member_id AND later.week > retro.week ORDER BY later.week LIMIT 1),
    became_at = (SELECT CASE WHEN later.kept IS NOT NULL THEN later.updated_at END FROM retro later
        WHERE later.cohort_id = retro.cohort_id AND later.member_id = retro.member_id AND later.week > retro.week
        ORDER BY later.week LIMIT 1);
ALTER TABLE retro DROP COLUMN kept;

-- What several people wanted to improve after a week, as its digest told it. Counted anew whenever somebody looks, it
-- would tell who wrote what to whoever looks before and after. `themes` is JSON: words, and how many people wrote them.
CREATE TABLE week_themes (
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    week INTEGER NOT NULL,
    answers INTEGER NOT NULL,
    themes TEXT NOT NULL,
    PRIMARY KEY (cohort_id, week)
) STRICT;

-- How an author scores their own work, by the rubric of a version of the course; scoring again replaces it.
CREATE TABLE self_score (
    submission_id INTEGER NOT NULL REFERENCES submission (id),
    criterion TEXT NOT NULL,
    level INTEGER NOT NULL CHECK (level >= 1),
    course_version_id INTEGER NOT NULL REFERENCES course_version (id),
    scored_at INTEGER NOT NULL,
    PRIMARY KEY (submission_id, criterion)
) STRICT;

-- What was found behind a link, where the bot may look: when, and the commit that a code host shows there.
ALTER TABLE evidence ADD COLUMN checked_at INTEGER;
ALTER TABLE evidence ADD COLUMN commit_sha TEXT;
ALTER TABLE evidence ADD COLUMN committed_at INTEGER;

-- What a student shows of a course. `slug` is the address of its page, which everybody may open from `online_at` on;
-- null: nobody. An address ends for good when its page is closed.
CREATE TABLE portfolio (
    id INTEGER PRIMARY KEY,
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    member_id INTEGER NOT NULL REFERENCES member (id),
    headline TEXT NOT NULL,
    about TEXT NOT NULL,
    contact TEXT NOT NULL,
    slug TEXT UNIQUE,
    online_at INTEGER,
    made_at INTEGER NOT NULL,
    UNIQUE (cohort_id, member_id),
    CHECK ((slug IS NULL) = (online_at IS NULL))
) STRICT;

-- A piece of accepted work in a portfolio, in the revision that was accepted; `place`: among its author's best three.
CREATE TABLE portfolio_entry (
    id INTEGER PRIMARY KEY,
    portfolio_id INTEGER NOT NULL REFERENCES portfolio (id),
    submission_id INTEGER NOT NULL UNIQUE REFERENCES submission (id),
    revision_id INTEGER NOT NULL REFERENCES revision (id),
    narrative TEXT NOT NULL,
    place INTEGER CHECK (place BETWEEN 1 AND 3),
    published_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX portfolio_entry_of ON portfolio_entry (portfolio_id);
CREATE UNIQUE INDEX portfolio_best ON portfolio_entry (portfolio_id, place) WHERE place IS NOT NULL;

-- An author asks to quote the strength of a review of work in their portfolio; its writer answers, and may answer
-- otherwise at any time. It outlives the entry: nobody is asked twice because the work was taken out and put back.
-- It goes by its review's number, which is never given again: the buttons of an old letter are for these words alone.
CREATE TABLE quote (
    review_id INTEGER NOT NULL PRIMARY KEY REFERENCES review (id),
    asked_at INTEGER NOT NULL,
    answer TEXT CHECK (answer IN ('named', 'unnamed', 'declined')),
    answered_at INTEGER,
    answers INTEGER NOT NULL DEFAULT 0, -- how often they have answered; each answer is told to the author
    CHECK ((answer IS NULL) = (answered_at IS NULL))
) STRICT;

-- A way into a cohort's pages that was handed to somebody: a link that works once until `link_until`, and from
-- `entered_at` on a session that a cookie holds, known here by its digest, until `until_at`.
CREATE TABLE visit (
    id INTEGER PRIMARY KEY,
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    member_id INTEGER NOT NULL REFERENCES member (id),
    page TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    link_until INTEGER NOT NULL,
    entered_at INTEGER,
    session TEXT UNIQUE,
    until_at INTEGER,
    CHECK ((entered_at IS NULL) = (session IS NULL))
) STRICT;
