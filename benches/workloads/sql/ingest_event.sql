-- W1's limit (c): an event without a job.
\set n :i * 32 + :client_id
\set i :i + 1
INSERT INTO webhook_events (id, provider, event_id, event_type, status, body, headers, received_at)
VALUES (bench_id(4, :n), 'STRIPE', 'evt_1' || lpad(:n::text, 23, '0'), 'payment_intent.succeeded', 'RECEIVED', :body, '{"Stripe-Signature": "t=1760000000,v1=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}', now())
ON CONFLICT DO NOTHING RETURNING id;
