# Reports as files: names of sheets and columns
report-summary = Summary
report-list = Invoices
report-all-in = All in { $currency }
report-from = From
report-to = To
report-currency = Currency
report-shipments = Shipments
report-requests = Buy4Me requests
report-invoices = Invoices
report-billed = Billed
report-tax = Tax
report-credited = Credited
report-outstanding = Outstanding
report-revenue = Payments
report-refunded = Refunded
report-disputed = Disputed
report-fees = Fees
report-net = Net
report-number = Invoice
report-issued = Issued
report-customer = Customer
report-customer-type = Customer type
report-country = Country
report-status = Status
report-amount = Amount
report-paid = Paid

# Reports as PDF
report-title = Report
report-span = { $from } – { $to }
report-made = Made on
report-shop = Shop
report-region = Destination
report-walk-in = Walk-in customers
report-buy4me = Buy4Me customers
report-took-shipment = Average time to delivery
report-took-request = Average time to completion
report-took-invoice = Average time to payment
report-hours =
    { NUMBER($count) ->
        [one] { $written } hour
       *[other] { $written } hours
    }
report-days =
    { NUMBER($count) ->
        [one] { $written } day
       *[other] { $written } days
    }
report-chart-money = Payments, refunds and net in { $currency }
report-chart-counts = New shipments and Buy4Me requests
report-chart-alt = Chart: { $title }, { $span }. The table below it has the same figures.
report-by-day = By day, in { $currency }
report-by-week = By week, in { $currency }
report-by-month = By month, in { $currency }
report-period = Period
report-all = Total
report-currencies = By currency
report-count = Number
report-note = Days are those of UTC. Amounts in { $currency } are at the rates that were fixed for each document.
report-unconverted =
    { NUMBER($count) ->
        [one] For { $written } invoice or payment no exchange rate was known: it is missing from the amounts in { $currency }.
       *[other] For { $written } invoices and payments no exchange rate was known: they are missing from the amounts in { $currency }.
    }
