# Lines of a shipment's price
shipment-line-tariff =
    { $service ->
        [STANDARD] Standard shipping to { $country }, { $weight } kg
        [EXPRESS] Express shipping to { $country }, { $weight } kg
       *[other] Shipping by { $service } to { $country }, { $weight } kg
    }
shipment-line-surcharge =
    { $code ->
        [FUEL] Fuel surcharge
        [OVERSIZE] Surcharge for oversized parcels
        [HEAVY] Surcharge for heavy parcels
       *[other] Surcharge { $code }
    }
shipment-line-exchange = Currency exchange fee, { $from } to { $to }
shipment-line-difference = Difference in the cost of shipment { $reference }
shipment-line-agreed = Shipping of { $reference }, agreed price
shipment-cost-approved = The cost was approved
shipment-cost-declined = The cost was declined
shipment-cost-withdrawn = The higher cost that we asked you about no longer holds. You need not answer.
shipment-credit-cheaper = Shipment { $reference } costs less than was billed
shipment-credit-cancelled = Shipment { $reference } was cancelled

# Problems of one field
error-number = Expected a number, such as 2.5 or "2.5".
error-number-positive = The number must be greater than zero.
error-decimals =
    { NUMBER($max) ->
        [0] No decimals are allowed.
        [one] At most { $max } decimal.
       *[other] At most { $max } decimals.
    }
error-json-too-large = At most { $max } KiB, and not nested deeper than eight levels.
error-country-not-served = We do not ship to this country.
error-currency-not-offered = We do not take this currency.
error-tracking-number = This is not a tracking number of ours. Compare it once more with the one you were given.
error-in-future = This time is in the future.
error-before-creation = This time is before the shipment was made.
error-nothing-to-override = There is no check to override in this step.
error-parcels-by-warehouse = Our warehouse measures these parcels. You can change the destination and the way of shipping.
error-only-on-confirmation = Give this only when confirming a pending shipment.

# Conflicts
shipment-step = A shipment cannot move to that status from its present one. "allowed" says where it can go.
shipment-not-editable = This shipment can no longer be changed.
shipment-not-cancellable = This shipment can no longer be cancelled, or not by you.
shipment-not-paid = This shipment is not paid yet.
shipment-paid = Something was paid for this shipment already.
shipment-waits-for-approval = The customer has not approved the cost of this shipment yet.
shipment-of-request-exists = This request has a shipment already.
shipment-proposal-changed = The cost to approve is no longer the one you saw. Read the shipment again.
shipment-nothing-to-approve = There is no cost to approve.
