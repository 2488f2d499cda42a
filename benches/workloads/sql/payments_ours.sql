-- W2's limit: what our worker sends for one payment (shared/src/billing/apply.rs), 12 round trips; claims come on top, many
-- jobs in one statement.
\set n :i * 32 + :client_id + 1
\set i :i + 1
SELECT * FROM webhook_events WHERE id = bench_id(4, :n);
BEGIN;
SELECT * FROM invoices WHERE id = bench_id(2, :n) FOR UPDATE;
SELECT * FROM payment_transactions WHERE invoice_id = bench_id(2, :n) ORDER BY id;
INSERT INTO payment_transactions (id, invoice_id, parent_id, kind, status, gateway, method, transaction_reference, checkout_reference, redirect_url, request_fingerprint, amount_minor, currency, fee_minor, failure_code, response_data, expires_at, created_at, updated_at)
VALUES (bench_id(7, :n), bench_id(2, :n), NULL, 'CHARGE', 'SUCCESS', 'STRIPE', 'card', 'pi_3' || lpad(:n::text, 23, '0'), NULL, NULL, NULL, 1000 + :n::bigint % 50000, 'USD', NULL, NULL, NULL, NULL, now(), now());
UPDATE invoices SET payment_status = 'PAID', paid_minor = 1000 + :n::bigint % 50000, refunded_minor = 0, payment_method = 'STRIPE', paid_at = now(), updated_at = now() WHERE id = bench_id(2, :n);
INSERT INTO audit_entries (id, actor_id, actor_role, action, object_type, object_id, detail, request_id, address, created_at)
VALUES (bench_id(8, :n), NULL, 'SYSTEM', 'invoice.payment_event', 'invoice', bench_id(2, :n), jsonb_build_object('transaction', bench_id(7, :n), 'kind', 'CHARGE', 'status', 'SUCCESS', 'amount_minor', 1000 + :n::bigint % 50000, 'before', 'UNPAID', 'after', 'PAID', 'event', 'evt_1' || lpad(:n::text, 23, '0')), NULL, NULL, now());
INSERT INTO notifications (id, user_id, event, channel, status, subject_id, facts, created_at, sent_at)
VALUES (bench_id(11, :n), bench_id(1, 1 + :n::bigint % 2002), 'invoice.paid', 'IN_APP', 'SENT', bench_id(2, :n), jsonb_build_object('number', 'INV-2026-000001', 'amount', '10.00 USD'), now(), now()),
    (bench_id(9, :n), bench_id(1, 1 + :n::bigint % 2002), 'invoice.paid', 'EMAIL', 'QUEUED', bench_id(2, :n), jsonb_build_object('number', 'INV-2026-000001', 'amount', '10.00 USD'), now(), NULL);
INSERT INTO jobs (id, kind, version, queue, priority, args, state, unique_key, max_attempts, run_at, trace_context, created_at)
VALUES (bench_id(10, :n), 'notifications.send_notice', 1, 'mail', 5, jsonb_build_object('notification', bench_id(9, :n)), 'available', NULL, 15, now(), '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01', now())
ON CONFLICT DO NOTHING;
UPDATE webhook_events SET status = 'PROCESSED', processed_at = now() WHERE id = bench_id(4, :n) AND status = 'RECEIVED';
UPDATE jobs SET state = 'completed', finished_at = now(), lease_owner = NULL, lease_until = NULL, claim = NULL WHERE id = bench_id(5, :n) AND claim = bench_id(6, :n) AND state = 'running';
END;
