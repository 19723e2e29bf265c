-- The second schema, as its program wrote it. It never changes: stores like this one exist.
CREATE TABLE records (kind TEXT NOT NULL, key TEXT NOT NULL, etag INTEGER NOT NULL, body BLOB NOT NULL);
CREATE UNIQUE INDEX records_key ON records (kind, key);

CREATE TABLE index_rows (
    kind TEXT NOT NULL, key TEXT NOT NULL, status TEXT NOT NULL, search TEXT NOT NULL, summary BLOB NOT NULL, tags TEXT NOT NULL,
    PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE INDEX index_rows_status ON index_rows (kind, status, key);
CREATE TABLE index_facts (
    kind TEXT NOT NULL, key TEXT NOT NULL, status TEXT NOT NULL, facts BLOB NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE index_tags (kind TEXT NOT NULL, tag TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (kind, tag, key)) WITHOUT ROWID;

CREATE TABLE due (
    kind TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL, mark INTEGER NOT NULL, at INTEGER NOT NULL, shard INTEGER NOT NULL,
    PRIMARY KEY (kind, key, reason)) WITHOUT ROWID;
CREATE INDEX due_shard ON due (shard, at);
CREATE INDEX due_reason ON due (kind, reason, mark);

CREATE TABLE events (
    cursor INTEGER PRIMARY KEY AUTOINCREMENT, day INTEGER NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL,
    subject_kind TEXT NOT NULL, subject_key TEXT NOT NULL, data BLOB NOT NULL);
CREATE INDEX events_subject ON events (subject_kind, subject_key, cursor);
CREATE INDEX events_day ON events (day);
CREATE TABLE schema_version (version INTEGER NOT NULL);
INSERT INTO schema_version VALUES (2);
INSERT INTO index_rows (kind, key, status, search, summary, tags) VALUES
    ('device', 'a', 'held', 'ipad of anna', x'7b226e616d65223a22c3a9227d', 'owner:anna' || char(31) || 'group:nurses'),
    ('device', 'b', 'idle', 'ipad', x'7b7d', ''),
    ('user', 'anna', 'enabled', 'anna', x'7b7d', '');
INSERT INTO index_facts (kind, key, status, facts) VALUES
    ('device', 'a', 'held', x'6661637473'), ('device', 'b', 'idle', x''), ('user', 'anna', 'enabled', x'');
INSERT INTO index_tags (kind, tag, key) VALUES ('device', 'owner:anna', 'a'), ('device', 'group:nurses', 'a');
INSERT INTO records (kind, key, etag, body) VALUES ('device', 'a', 7, x'626f6479'), ('device', 'b', 1, x'626f6479'), ('user', 'anna', 2, x'626f6479');
INSERT INTO due (kind, key, reason, mark, at, shard) VALUES
    ('device', 'a', 'catalog', 5, 0, 44), ('device', 'b', 'catalog', 6, 0, 61), ('device', 'b', 'push', 1, 0, 61);
