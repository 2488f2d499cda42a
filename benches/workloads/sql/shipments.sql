-- 200,000 shipments, each of the invoice with its number: every 20th belongs to user 1 (10,000), the others are spread evenly.
-- Most were delivered long ago, as in a company that has run for two years.

INSERT INTO shipments (id, reference, tracking_number, user_id, status, service, package_details, delivery_address, country, region,
                       searched, chargeable_grams, currency, estimated_minor, cost_minor, cost_lines, tariff_version, tax_version,
                       created_by, confirmed_at, shipped_at, delivered_at, created_at, updated_at)
SELECT bench_id(5, n), 'SHP-2025-' || lpad(n::text, 6, '0'), 'B4' || lpad(n::text, 12, '0') || 'X',
       bench_id(1, CASE WHEN n % 20 = 0 THEN 1 ELSE 2 + n % 2001 END), status,
       CASE WHEN n % 4 = 0 THEN 'EXPRESS' ELSE 'STANDARD' END,
       '{"parcels": [{"grams": 2500, "length": 400, "width": 300, "height": 200, "quantity": 1, "contents": "Clothes"}]}',
       jsonb_build_object('recipient', 'Amina Diallo ' || n, 'phone', null, 'line1', '1 Main Street', 'line2', null, 'city', 'Berlin',
                          'region', null, 'postal_code', '10115', 'country', country),
       country, NULL, 'shp-2025-' || lpad(n::text, 6, '0') || ' amina diallo ' || n || ' berlin', 5000, 'USD', 4300 + n % 5000,
       CASE WHEN status <> 'PENDING' THEN 4300 + n % 5000 END, '[]', 0, 0, NULL,
       CASE WHEN status <> 'PENDING' THEN at END, CASE WHEN status IN ('IN_TRANSIT', 'DELIVERED') THEN at END,
       CASE WHEN status = 'DELIVERED' THEN at END, at, at
FROM generate_series(1, 200000) n,
     LATERAL (SELECT now() - interval '2 years' + n * interval '5 minutes' AS at,
                     CASE WHEN n <= 190000 THEN CASE WHEN n % 25 = 0 THEN 'CANCELLED' ELSE 'DELIVERED' END
                          ELSE (ARRAY['PENDING', 'PROCESSING', 'IN_TRANSIT', 'ON_HOLD'])[1 + n % 4] END AS status,
                     (ARRAY['US', 'DE', 'FR', 'GB', 'SN', 'AE', 'JP', 'BR'])[1 + n % 8] AS country) t;

INSERT INTO shipment_events (id, shipment_id, from_status, status, occurred_at, created_at)
SELECT bench_id(6, n), bench_id(5, n), NULL, 'PENDING', created_at, created_at
FROM generate_series(1, 200000) n JOIN shipments ON id = bench_id(5, n);

UPDATE invoices SET related_shipment = bench_id(5, n) FROM generate_series(1, 200000) n WHERE id = bench_id(2, n);

INSERT INTO invoice_counters (series, year, last) VALUES ('SHP', 2025, 200000);
