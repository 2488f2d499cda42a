-- Events of the first {waiting} invoices, each with a job that a worker has claimed: where W2's limits start.
INSERT INTO webhook_events (id, provider, event_id, event_type, status, body, headers, received_at)
SELECT bench_id(4, n), 'STRIPE', 'evt_1' || lpad(n::text, 23, '0'), 'payment_intent.succeeded', 'RECEIVED',
       convert_to($body${body}$body$, 'UTF8'),
       '{{"Stripe-Signature": "t=1760000000,v1=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}}', now()
FROM generate_series(1, {waiting}) n;

INSERT INTO jobs (id, kind, version, queue, priority, args, state, attempt, max_attempts, run_at, lease_owner, claim, lease_until,
                  trace_context, created_at, started_at)
SELECT bench_id(5, n), 'billing.apply_payment_event', 1, 'critical', 5, jsonb_build_object('event', bench_id(4, n)), 'running', 1, 20,
       now(), 'bench/1/01234567', bench_id(6, n), now() + interval '1 day', '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01',
       now(), now()
FROM generate_series(1, {waiting}) n;
