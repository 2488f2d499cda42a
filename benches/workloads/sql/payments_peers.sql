-- W2's limit as docs/performance.md defines the job for everybody: 9 round trips.
\set n :i * 32 + :client_id + 1
\set i :i + 1
BEGIN;
SELECT * FROM webhook_events WHERE id = bench_id(4, :n) FOR UPDATE;
SELECT * FROM invoices WHERE id = bench_id(2, :n) FOR UPDATE;
SELECT * FROM payment_transactions WHERE gateway = 'STRIPE' AND transaction_reference = 'pi_3' || lpad(:n::text, 23, '0');
INSERT INTO payment_transactions (id, invoice_id, kind, status, gateway, method, transaction_reference, amount_minor, currency, created_at, updated_at)
VALUES (bench_id(7, :n), bench_id(2, :n), 'CHARGE', 'SUCCESS', 'STRIPE', 'card', 'pi_3' || lpad(:n::text, 23, '0'), 1000 + :n::bigint % 50000, 'USD', now(), now());
UPDATE invoices SET payment_status = 'PAID', paid_minor = amount_minor, payment_method = 'STRIPE', paid_at = now(), updated_at = now() WHERE id = bench_id(2, :n);
INSERT INTO notifications (id, user_id, event, channel, status, subject_id, created_at)
VALUES (bench_id(9, :n), bench_id(1, 1 + :n::bigint % 2002), 'invoice.paid', 'EMAIL', 'QUEUED', bench_id(2, :n), now());
UPDATE webhook_events SET status = 'PROCESSED', processed_at = now() WHERE id = bench_id(4, :n);
END;
