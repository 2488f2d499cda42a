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
shipment-line-exchange = Exchange from { $from } to { $to }

# Problems of one field
error-number = Expected a number, such as 2.5 or "2.5".
error-number-positive = The number must be greater than zero.
error-decimals = At most { $max } decimals.
error-json-too-large = At most { $max } KiB, and not nested deeper than eight levels.
error-country-not-served = We do not ship to this country.
error-currency-not-offered = We do not take this currency.
error-tracking-number = This is not a tracking number of ours. Compare it once more with the one you were given.
