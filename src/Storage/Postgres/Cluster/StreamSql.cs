namespace Mdm.Fleet.Storage.Postgres.Cluster;

/// <summary>
/// Queues for Microsoft.Orleans.Streaming.AdoNet. The queue's row numbers its messages: who queues holds it until the commit, so that a message with a
/// smaller number is never seen after one with a larger. A taken message is hidden for a while and comes back unless it is confirmed with the
/// receipt of that taking; what was taken too often or expired goes to the dead letters. Commits do not wait for the disk: after a crash of the server
/// the last moments' messages may be gone or come twice, as hints may.
/// </summary>
internal static class StreamSql
{
    public const string Tables = """
        CREATE TABLE stream_queues (
            service_id text COLLATE "C" NOT NULL, provider_id text COLLATE "C" NOT NULL, queue_id text COLLATE "C" NOT NULL,
            last_message bigint NOT NULL, evict_at timestamptz NOT NULL, PRIMARY KEY (queue_id, provider_id, service_id)) WITH (fillfactor = 20);
        CREATE TABLE stream_messages (
            service_id text COLLATE "C" NOT NULL, provider_id text COLLATE "C" NOT NULL, queue_id text COLLATE "C" NOT NULL, message_id bigint NOT NULL,
            dequeued int NOT NULL, visible_on timestamptz NOT NULL, expires_on timestamptz NOT NULL, created_on timestamptz NOT NULL,
            modified_on timestamptz NOT NULL, payload bytea NOT NULL, PRIMARY KEY (queue_id, provider_id, service_id, message_id));
        CREATE TABLE stream_dead_letters (
            LIKE stream_messages, dead_on timestamptz NOT NULL, remove_on timestamptz NOT NULL,
            PRIMARY KEY (queue_id, provider_id, service_id, message_id));

        CREATE FUNCTION stream_put(service text, provider text, queue text, body bytea, expiry_seconds int) RETURNS SETOF stream_messages LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM set_config('synchronous_commit', 'off', true);
            RETURN QUERY WITH numbered AS (
                INSERT INTO stream_queues AS q VALUES (service, provider, queue, 1, now())
                ON CONFLICT (queue_id, provider_id, service_id) DO UPDATE SET last_message = q.last_message + 1
                RETURNING q.last_message)
            INSERT INTO stream_messages
            SELECT service, provider, queue, n.last_message, 0, now(), now() + make_interval(secs => expiry_seconds), now(), now(), body FROM numbered n
            RETURNING *;
        END $$;

        CREATE FUNCTION stream_bury(service text, provider text, queue text, batch_max int, attempts_max int, removal_seconds int) RETURNS void LANGUAGE sql AS $$
            WITH spent AS (
                SELECT m.message_id FROM stream_messages m
                WHERE m.queue_id = queue AND m.provider_id = provider AND m.service_id = service
                    AND m.visible_on <= now() AND (m.expires_on <= now() OR m.dequeued >= attempts_max)
                ORDER BY m.message_id LIMIT batch_max FOR UPDATE SKIP LOCKED),
            dead AS (
                DELETE FROM stream_messages m USING spent
                WHERE m.queue_id = queue AND m.provider_id = provider AND m.service_id = service AND m.message_id = spent.message_id RETURNING m.*)
            INSERT INTO stream_dead_letters SELECT d.*, now(), now() + make_interval(secs => removal_seconds) FROM dead d;
        $$;

        CREATE FUNCTION stream_forget(service text, provider text, queue text, batch_max int) RETURNS void LANGUAGE sql AS $$
            WITH gone AS (
                SELECT o.message_id FROM stream_dead_letters o
                WHERE o.queue_id = queue AND o.provider_id = provider AND o.service_id = service AND o.remove_on <= now()
                ORDER BY o.message_id LIMIT batch_max FOR UPDATE SKIP LOCKED)
            DELETE FROM stream_dead_letters d USING gone
            WHERE d.queue_id = queue AND d.provider_id = provider AND d.service_id = service AND d.message_id = gone.message_id;
        $$;

        CREATE FUNCTION stream_take(
            service text, provider text, queue text, count_max int, attempts_max int, hidden_seconds int, removal_seconds int, evict_every_seconds int, evict_max int)
            RETURNS SETOF stream_messages LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM set_config('synchronous_commit', 'off', true);
            UPDATE stream_queues q SET evict_at = now() + make_interval(secs => evict_every_seconds)
            WHERE q.queue_id = queue AND q.provider_id = provider AND q.service_id = service AND q.evict_at <= now();
            IF FOUND THEN
                PERFORM stream_bury(service, provider, queue, evict_max, attempts_max, removal_seconds);
                PERFORM stream_forget(service, provider, queue, evict_max);
            END IF;
            RETURN QUERY WITH ready AS (
                SELECT m.message_id FROM stream_messages m
                WHERE m.queue_id = queue AND m.provider_id = provider AND m.service_id = service
                    AND m.visible_on <= now() AND m.expires_on > now() AND m.dequeued < attempts_max
                ORDER BY m.message_id LIMIT count_max FOR UPDATE SKIP LOCKED)
            UPDATE stream_messages m
            SET dequeued = m.dequeued + 1, visible_on = now() + make_interval(secs => hidden_seconds), modified_on = now() FROM ready
            WHERE m.queue_id = queue AND m.provider_id = provider AND m.service_id = service AND m.message_id = ready.message_id RETURNING m.*;
        END $$;

        CREATE FUNCTION stream_settle(service text, provider text, queue text, receipts text) RETURNS SETOF bigint LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM set_config('synchronous_commit', 'off', true);
            RETURN QUERY WITH given AS (
                SELECT split_part(item, ':', 1)::bigint AS id, split_part(item, ':', 2)::int AS receipt FROM unnest(string_to_array(receipts, '|')) AS item),
            held AS (
                SELECT m.message_id, g.receipt FROM stream_messages m JOIN given g ON g.id = m.message_id AND abs(g.receipt) = m.dequeued
                WHERE m.queue_id = queue AND m.provider_id = provider AND m.service_id = service ORDER BY m.message_id FOR UPDATE OF m),
            released AS (
                UPDATE stream_messages m SET visible_on = now(), modified_on = now() FROM held h
                WHERE m.queue_id = queue AND m.provider_id = provider AND m.service_id = service AND m.message_id = h.message_id AND h.receipt < 0
                RETURNING m.message_id),
            confirmed AS (
                DELETE FROM stream_messages m USING held h
                WHERE m.queue_id = queue AND m.provider_id = provider AND m.service_id = service AND m.message_id = h.message_id AND h.receipt > 0
                RETURNING m.message_id)
            SELECT r.message_id FROM released r UNION ALL SELECT c.message_id FROM confirmed c;
        END $$;

        CREATE FUNCTION stream_fail(service text, provider text, queue text, message bigint, attempts_max int, removal_seconds int) RETURNS void LANGUAGE sql AS $$
            UPDATE stream_messages m SET visible_on = now(), modified_on = now()
            WHERE m.queue_id = queue AND m.provider_id = provider AND m.service_id = service AND m.message_id = message;
            WITH dead AS (
                DELETE FROM stream_messages m
                WHERE m.queue_id = queue AND m.provider_id = provider AND m.service_id = service AND m.message_id = message
                    AND (m.expires_on <= now() OR m.dequeued >= attempts_max) RETURNING m.*)
            INSERT INTO stream_dead_letters SELECT d.*, now(), now() + make_interval(secs => removal_seconds) FROM dead d;
        $$;

        """;

    private const string Queue = "@ServiceId, @ProviderId, @QueueId";

    public static readonly NamedQuery[] Queries =
    [
        new("QueueStreamMessageKey", $"""
            SELECT service_id AS "ServiceId", provider_id AS "ProviderId", queue_id AS "QueueId", message_id AS "MessageId"
            FROM stream_put({Queue}, @Payload, @ExpiryTimeout)
            """),
        new("GetStreamMessagesKey", $"""
            SELECT service_id AS "ServiceId", provider_id AS "ProviderId", queue_id AS "QueueId", message_id AS "MessageId", dequeued AS "Dequeued",
                visible_on AS "VisibleOn", expires_on AS "ExpiresOn", created_on AS "CreatedOn", modified_on AS "ModifiedOn", payload AS "Payload"
            FROM stream_take({Queue}, @MaxCount, @MaxAttempts, @VisibilityTimeout, @RemovalTimeout, @EvictionInterval, @EvictionBatchSize)
            ORDER BY message_id
            """),
        new("ConfirmStreamMessagesKey", $"""
            SELECT @ServiceId AS "ServiceId", @ProviderId AS "ProviderId", @QueueId AS "QueueId", settled AS "MessageId"
            FROM stream_settle({Queue}, @Items) AS settled
            """),
        new("FailStreamMessageKey", $"SELECT stream_fail({Queue}, @MessageId, @MaxAttempts, @RemovalTimeout)"),
        new("EvictStreamMessagesKey", $"SELECT stream_bury({Queue}, @MaxCount, @MaxAttempts, @RemovalTimeout)"),
        new("EvictStreamDeadLettersKey", $"SELECT stream_forget({Queue}, @MaxCount)"),
    ];
}
