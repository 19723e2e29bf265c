-- The second schema, as its program wrote it. It never changes: stores like this one exist.
CREATE TABLE store_owner (
    id int PRIMARY KEY CHECK (id = 1), host_kind text NOT NULL, cluster_id text NOT NULL, instance text NOT NULL, since timestamptz NOT NULL);
CREATE FUNCTION store_fence(owner text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM store_owner WHERE id = 1 AND instance = owner FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'another process owns the store' USING ERRCODE = 'MDM01';
    END IF;
END $$;

CREATE TABLE records (
    kind text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, etag bigint NOT NULL, body bytea NOT NULL, PRIMARY KEY (kind, key))
    WITH (fillfactor = 60, toast_tuple_target = 8160);

CREATE TABLE index_rows (
    kind text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, status text COLLATE "C" NOT NULL, search text COLLATE "C" NOT NULL,
    summary bytea NOT NULL, tags text COLLATE "C" NOT NULL, facts bytea NOT NULL DEFAULT '', PRIMARY KEY (kind, key))
    WITH (toast_tuple_target = 8160);
CREATE INDEX index_rows_status ON index_rows (kind, status, key);
CREATE TABLE index_tags (
    kind text COLLATE "C" NOT NULL, tag text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, PRIMARY KEY (kind, tag, key));

CREATE TABLE due (
    kind text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, reason text COLLATE "C" NOT NULL, mark bigint NOT NULL,
    at bigint NOT NULL, shard int NOT NULL, PRIMARY KEY (kind, key, reason));
CREATE INDEX due_shard ON due (shard, at);
CREATE INDEX due_reason ON due ((kind || ' ' || reason), mark);

CREATE TABLE events (
    cursor bigint NOT NULL, day date NOT NULL, at bigint NOT NULL, type text NOT NULL,
    subject_kind text COLLATE "C" NOT NULL, subject_key text COLLATE "C" NOT NULL, data bytea NOT NULL) PARTITION BY RANGE (day);
CREATE INDEX events_cursor ON events (cursor);
CREATE INDEX events_subject ON events (subject_kind, subject_key, cursor);
CREATE TABLE event_log (id int PRIMARY KEY CHECK (id = 1), base bigint NOT NULL, dropped bigint NOT NULL);
INSERT INTO event_log VALUES (1, 0, 0);
CREATE TABLE schema_version (version int NOT NULL);
INSERT INTO schema_version VALUES (2);
INSERT INTO index_rows (kind, key, status, search, summary, tags, facts) VALUES
    ('device', 'a', 'held', 'ipad of anna', '\x7b226e616d65223a22c3a9227d', 'owner:anna' || chr(31) || 'group:nurses', '\x6661637473'),
    ('device', 'b', 'idle', 'ipad', '\x7b7d', '', ''),
    ('user', 'anna', 'enabled', 'anna', '\x7b7d', '', '');
INSERT INTO index_tags (kind, tag, key) VALUES ('device', 'owner:anna', 'a'), ('device', 'group:nurses', 'a');
INSERT INTO records (kind, key, etag, body) VALUES ('device', 'a', 7, '\x626f6479'), ('device', 'b', 1, '\x626f6479'), ('user', 'anna', 2, '\x626f6479');
INSERT INTO due (kind, key, reason, mark, at, shard) VALUES
    ('device', 'a', 'catalog', 5, 0, 44), ('device', 'b', 'catalog', 6, 0, 61), ('device', 'b', 'push', 1, 0, 61);
