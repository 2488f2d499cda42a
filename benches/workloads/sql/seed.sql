-- The data of every measurement: 2,002 users, 200,000 open, unpaid invoices of one line each. The definitions also ask for
-- 50,000 shipments; our schema has none yet.

-- Ids in the order of their numbers, as UUIDv7 are in the order of time. events.rs makes the same ones.
CREATE FUNCTION bench_id(kind int, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN ('0190' || lpad(kind::text, 4, '0') || '-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid;

INSERT INTO users (id, username, email, password_hash, first_name, last_name, phone_number, role, permission_sets, is_active, language,
                   currency, email_verified_at, date_joined, updated_at)
SELECT bench_id(1, n), 'user' || n || '@example.com', 'user' || n || '@example.com', '!', 'Amina', 'Diallo ' || n, NULL, 'BUY4ME', '[]',
       true, 'en', 'USD', now(), now() - interval '2 years', now()
FROM generate_series(1, 2002) n;

-- Every 20th belongs to user 1 (10,000), the others are spread evenly.
INSERT INTO invoices (id, invoice_number, user_id, billing_snapshot, kind, status, payment_status, currency, subtotal_minor, tax_minor,
                      amount_minor, paid_minor, refunded_minor, due_at, issued_at, created_at, updated_at)
SELECT bench_id(2, n), 'INV-2025-' || lpad(n::text, 6, '0'), bench_id(1, CASE WHEN n % 20 = 0 THEN 1 ELSE 2 + n % 2001 END),
       '{"name": "Amina Diallo", "email": "user@example.com", "phone_number": null}', 'MANUAL', 'OPEN', 'UNPAID', 'USD',
       1000 + n % 50000, 0, 1000 + n % 50000, 0, 0, at + interval '14 days', at, at, at
FROM generate_series(1, 200000) n, LATERAL (SELECT now() - interval '2 years' + n * interval '5 minutes' AS at) t;

INSERT INTO invoice_lines (id, invoice_id, position, kind, description, quantity, unit_price_minor, tax_rate, net_minor, tax_minor,
                           total_minor)
SELECT bench_id(3, n), bench_id(2, n), 0, 'MANUAL', 'Air freight, parcel ' || n, 1, 1000 + n % 50000, '0', 1000 + n % 50000, 0,
       1000 + n % 50000
FROM generate_series(1, 200000) n;

INSERT INTO invoice_counters (series, year, last) VALUES ('INV', 2025, 200000);
