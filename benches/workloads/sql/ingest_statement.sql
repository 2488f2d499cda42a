-- W1's limit (b): an event and its job by one statement, committed by itself.
\set n :i * 32 + :client_id
\set i :i + 1
WITH event AS (
    INSERT INTO webhook_events (id, provider, event_id, event_type, status, body, headers, received_at)
    VALUES (bench_id(4, :n), 'STRIPE', 'evt_1' || lpad(:n::text, 23, '0'), 'payment_intent.succeeded', 'RECEIVED', :body, '{"Stripe-Signature": "t=1760000000,v1=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}', now())
    ON CONFLICT DO NOTHING RETURNING id
)
INSERT INTO jobs (id, kind, version, queue, priority, args, state, unique_key, max_attempts, run_at, trace_context, created_at)
SELECT bench_id(5, :n), 'billing.apply_payment_event', 1, 'critical', 5, jsonb_build_object('event', id), 'available', NULL, 20, now(), '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01', now()
FROM event
ON CONFLICT DO NOTHING;
