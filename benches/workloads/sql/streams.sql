-- A session and a ticket for each reader: signing in a thousand people would measure password hashing.
INSERT INTO sessions (id, user_id, refresh_hash, created_at, last_used_at, expires_at)
SELECT bench_id(9, n), bench_id(1, n), 'reader ' || n, now(), now(), now() + interval '1 day' FROM generate_series(1, 1000) n;

INSERT INTO stream_tickets (hash, session_id, expires_at)
SELECT encode(sha256(('reader' || n)::bytea), 'hex'), bench_id(9, n), now() + interval '1 hour' FROM generate_series(1, 1000) n;
