-- +goose Up

-- A paper is one row that holds all a page shows of it. Lists inside a row (authors, links, …) are lines of
-- tab-separated fields: see columns.go.
CREATE TABLE papers (
    id           INTEGER PRIMARY KEY AUTOINCREMENT, -- a removed paper's is not given again
    pid          TEXT    NOT NULL UNIQUE,
    revision     INTEGER NOT NULL DEFAULT 1, -- rises with each change but of votes
    featured_on  TEXT    NOT NULL,
    listed_at    INTEGER NOT NULL, -- what newest-first sorts by
    changed_at   INTEGER NOT NULL, -- when what sources say of it last changed here; votes and mined tags don't count
    votes        INTEGER NOT NULL, -- source_votes + reader_votes
    trend        REAL    NOT NULL,
    source_votes INTEGER NOT NULL,
    reader_votes INTEGER NOT NULL,
    featured_by  TEXT    NOT NULL,
    submitted_at INTEGER,          -- NULL when no source knows it
    revised_at   INTEGER,
    withdrawn    INTEGER NOT NULL,
    source       TEXT    NOT NULL,
    read_at      INTEGER NOT NULL,
    doi          TEXT    NOT NULL,
    journal_ref  TEXT    NOT NULL,
    comment      TEXT    NOT NULL,
    licence      TEXT    NOT NULL,
    versions     TEXT    NOT NULL,
    links        TEXT    NOT NULL,
    categories   TEXT    NOT NULL,
    tags         TEXT    NOT NULL,
    mined_tags   TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    abstract     TEXT    NOT NULL,
    authors      TEXT    NOT NULL,
    CHECK (votes = source_votes + reader_votes)
) STRICT;

-- Every order of a listing has its index; the id breaks ties.
CREATE INDEX papers_day_votes  ON papers (featured_on, votes);
CREATE INDEX papers_day_listed ON papers (featured_on, listed_at);
CREATE INDEX papers_votes      ON papers (votes, id, featured_on);
CREATE INDEX papers_trend      ON papers (trend);
CREATE INDEX papers_listed     ON papers (listed_at);
CREATE INDEX papers_changed    ON papers (changed_at, id, categories); -- harvested whole or by category
CREATE INDEX papers_doi        ON papers (lower(doi)) WHERE doi <> '';

-- Other ids of a paper that has several: one source's arXiv id, another's DOI.
CREATE TABLE aliases (
    pid   TEXT    NOT NULL PRIMARY KEY,
    paper INTEGER NOT NULL REFERENCES papers (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX aliases_paper ON aliases (paper);

-- A facet is what papers are grouped by: a tag (1), a category (2), an author (3).
CREATE TABLE facets (
    id     INTEGER PRIMARY KEY,
    kind   INTEGER NOT NULL,
    slug   TEXT    NOT NULL,
    name   TEXT    NOT NULL,
    papers INTEGER NOT NULL DEFAULT 0,
    UNIQUE (kind, slug)
) STRICT;
CREATE INDEX facets_papers ON facets (kind, papers);

-- The spellings that one author's address covers. Facets are never removed.
CREATE TABLE author_names (
    facet  INTEGER NOT NULL,
    id     INTEGER NOT NULL, -- a hash of the name: see nameID
    name   TEXT    NOT NULL,
    papers INTEGER NOT NULL,
    PRIMARY KEY (facet, id)
) STRICT, WITHOUT ROWID;

-- votes and listed_at repeat the paper's, so that a facet's listing is read in order. An author's papers are few enough
-- to be sorted by votes when somebody asks, and most rows are authors': only the others have an index for that. There are
-- ten rows a paper: what they refer to is looked after by doctor and not at each of them.
CREATE TABLE paper_facets (
    facet     INTEGER NOT NULL,
    listed_at INTEGER NOT NULL,
    paper     INTEGER NOT NULL,
    name      INTEGER NOT NULL, -- an author's spelling, of author_names; 0 elsewhere
    votes     INTEGER NOT NULL,
    PRIMARY KEY (facet, listed_at, paper, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX paper_facets_votes ON paper_facets (facet, votes, paper) WHERE name = 0;

-- Counts that pages show, kept in the transactions of the rows that they count.
CREATE TABLE days (
    day    TEXT    NOT NULL PRIMARY KEY,
    papers INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE tag_days (
    day    TEXT    NOT NULL,
    facet  INTEGER NOT NULL,
    papers INTEGER NOT NULL,
    PRIMARY KEY (day, facet)
) STRICT, WITHOUT ROWID;

-- Papers whose mined tags are to be made: new ones, not yet counted in the tags' statistics, and changed ones.
CREATE TABLE tag_queue (
    paper   INTEGER PRIMARY KEY REFERENCES papers (id) ON DELETE CASCADE,
    counted INTEGER NOT NULL
) STRICT;
CREATE INDEX tag_queue_counted ON tag_queue (counted);

-- Papers of a long run that are not in their facets yet.
CREATE TABLE facet_queue (
    paper INTEGER PRIMARY KEY REFERENCES papers (id) ON DELETE CASCADE
) STRICT;

-- The papers in the order in which they last changed in anything that a page or an index holds. The last change of a paper
-- that is not there any more is its removal.
CREATE TABLE changes (
    seq   INTEGER PRIMARY KEY AUTOINCREMENT,
    paper INTEGER NOT NULL UNIQUE,
    text  INTEGER -- the last change of more than votes; NULL when it is this one
) STRICT;

-- Papers that somebody took out of the catalogue: sources don't bring them back, and whoever copies it is told of them.
CREATE TABLE removals (
    id         INTEGER PRIMARY KEY,        -- the paper's
    pid        TEXT    NOT NULL UNIQUE,
    doi        TEXT    NOT NULL,           -- in lower case
    categories TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    removed_at INTEGER NOT NULL,
    restored   INTEGER NOT NULL DEFAULT 0  -- 1 when the next source that has the paper may bring it
) STRICT;
CREATE INDEX removals_removed ON removals (removed_at);
CREATE INDEX removals_doi     ON removals (doi) WHERE doi <> '';

-- All ids that a removed paper had.
CREATE TABLE removed_ids (
    pid     TEXT    NOT NULL PRIMARY KEY,
    removal INTEGER NOT NULL REFERENCES removals (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX removed_ids_removal ON removed_ids (removal);

CREATE TABLE readers (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,
    folded     TEXT    NOT NULL UNIQUE, -- the name in lower case
    password   TEXT    NOT NULL,        -- argon2id in PHC form
    role       TEXT    NOT NULL CHECK (role IN ('reader', 'curator', 'admin')),
    epoch      INTEGER NOT NULL DEFAULT 0, -- a new password raises it, which ends older sessions
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    token   TEXT    NOT NULL PRIMARY KEY, -- hashed
    data    BLOB    NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_expires ON sessions (expires);

-- What lets a reader's programs act for the reader.
CREATE TABLE tokens (
    id         INTEGER PRIMARY KEY,
    reader     INTEGER NOT NULL REFERENCES readers (id) ON DELETE CASCADE,
    hash       BLOB    NOT NULL UNIQUE, -- SHA-256 of the secret
    name       TEXT    NOT NULL,
    scopes     TEXT    NOT NULL, -- a line each
    created_at INTEGER NOT NULL,
    used_at    INTEGER,          -- NULL before the first use
    expires_at INTEGER           -- NULL for never
) STRICT;
CREATE INDEX tokens_reader ON tokens (reader);

CREATE TABLE votes (
    reader   INTEGER NOT NULL REFERENCES readers (id) ON DELETE CASCADE,
    paper    INTEGER NOT NULL REFERENCES papers (id) ON DELETE CASCADE,
    voted_at INTEGER NOT NULL,
    PRIMARY KEY (reader, paper)
) STRICT, WITHOUT ROWID;
CREATE INDEX votes_paper  ON votes (paper, voted_at);
CREATE INDEX votes_reader ON votes (reader, voted_at, paper);

-- What a source's count of votes was each time that it was read and had changed.
CREATE TABLE source_vote_readings (
    paper   INTEGER NOT NULL REFERENCES papers (id) ON DELETE CASCADE,
    read_at INTEGER NOT NULL,
    votes   INTEGER NOT NULL,
    PRIMARY KEY (paper, read_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE cursors (
    source TEXT NOT NULL PRIMARY KEY,
    value  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rejects (
    id     INTEGER PRIMARY KEY,
    source TEXT    NOT NULL,
    place  TEXT    NOT NULL,
    pid    TEXT    NOT NULL,
    reason TEXT    NOT NULL,
    text   TEXT    NOT NULL,
    at     INTEGER NOT NULL,
    UNIQUE (source, place, reason, text) -- the same file read again sets the same records aside once
) STRICT;

-- Who wants digests, of what and when. The first is the public one, which is mailed to nobody.
CREATE TABLE subscriptions (
    id              INTEGER PRIMARY KEY,
    via             TEXT    NOT NULL DEFAULT 'mail' CHECK (via IN ('mail', 'slack', 'mattermost', 'discord', 'matrix', 'json')),
    address         TEXT    NOT NULL COLLATE NOCASE, -- of mail, or a webhook's
    title           TEXT    NOT NULL DEFAULT '', -- a webhook's, in its reader's words
    secret          TEXT    NOT NULL DEFAULT '', -- that signs what is posted to a webhook
    subject         TEXT    NOT NULL CHECK (subject IN ('all', 'tag', 'category', 'author', 'search')),
    what            TEXT    NOT NULL, -- a slug or a search's text
    name            TEXT    NOT NULL, -- an author's, where one of several is meant
    weekday         INTEGER,          -- NULL for daily; 0 is Sunday
    zone            TEXT    NOT NULL,
    reader          INTEGER REFERENCES readers (id) ON DELETE SET NULL,
    created_at      INTEGER NOT NULL,
    confirmed_at    INTEGER,
    stopped_at      INTEGER,
    stopped_for     TEXT    NOT NULL DEFAULT '',
    next_at         INTEGER NOT NULL, -- when the next digest is due
    notice          TEXT    NOT NULL, -- a mail about the subscription that is to be sent
    notice_at       INTEGER NOT NULL, -- not before then
    notice_attempts INTEGER NOT NULL DEFAULT 0,
    noticed_at      INTEGER NOT NULL, -- when such a mail was last asked for
    UNIQUE (address, subject, what, name)
) STRICT;
CREATE INDEX subscriptions_due    ON subscriptions (next_at, id) WHERE confirmed_at IS NOT NULL AND stopped_at IS NULL;
CREATE INDEX subscriptions_notice ON subscriptions (notice_at) WHERE notice <> '';
CREATE INDEX subscriptions_wish   ON subscriptions (created_at) WHERE confirmed_at IS NULL;
CREATE INDEX subscriptions_reader ON subscriptions (reader) WHERE reader IS NOT NULL;
-- A webhook ends with its reader: nobody else could stop it. A mail's subscriber stays, who may be somebody else.
-- +goose StatementBegin
CREATE TRIGGER readers_webhooks BEFORE DELETE ON readers BEGIN
    DELETE FROM subscriptions WHERE reader = OLD.id AND via <> 'mail';
END;
-- +goose StatementEnd
INSERT INTO subscriptions (id, address, subject, what, name, zone, created_at, confirmed_at, next_at, notice, notice_at, noticed_at)
    VALUES (1, '', 'all', '', '', 'UTC', 0, 0, 0, '', 0, 0);

-- What was sent, or is to be. A row is there before the digest is handed over, and says so after.
CREATE TABLE digests (
    id           INTEGER PRIMARY KEY,
    subscription INTEGER NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    mailed       INTEGER NOT NULL, -- 1 by mail, 0 to a webhook: neither waits for the other
    day          TEXT    NOT NULL, -- the subscriber's
    from_day     TEXT    NOT NULL, -- the days whose papers were new
    to_day       TEXT    NOT NULL,
    papers       TEXT    NOT NULL, -- lines of a paper's id and votes
    shown        INTEGER NOT NULL, -- how many of them were in it
    state        TEXT    NOT NULL CHECK (state IN ('sending', 'sent', 'failed')),
    attempts     INTEGER NOT NULL DEFAULT 0,
    made_at      INTEGER NOT NULL,
    sent_at      INTEGER,
    next_at      INTEGER NOT NULL, -- of the next attempt
    error        TEXT    NOT NULL DEFAULT '',
    UNIQUE (subscription, day)
) STRICT;
CREATE INDEX digests_sending ON digests (mailed, next_at, id) WHERE state = 'sending';
CREATE INDEX digests_made    ON digests (made_at);

-- Small things the program remembers: whether the sample is all there is, the tags' statistics. These take megabytes, so
-- the rows lie beside their names' index and not in it.
CREATE TABLE settings (
    id    INTEGER PRIMARY KEY,
    name  TEXT NOT NULL UNIQUE,
    value BLOB NOT NULL
) STRICT;
