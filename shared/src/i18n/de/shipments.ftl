# Zeilen des Preises einer Sendung
shipment-line-tariff =
    { $service ->
        [STANDARD] Standardversand nach { $country }, { $weight } kg
        [EXPRESS] Expressversand nach { $country }, { $weight } kg
       *[other] Versand mit { $service } nach { $country }, { $weight } kg
    }
shipment-line-surcharge =
    { $code ->
        [FUEL] Treibstoffzuschlag
        [OVERSIZE] Zuschlag für übergroße Pakete
        [HEAVY] Zuschlag für schwere Pakete
       *[other] Zuschlag { $code }
    }
shipment-line-exchange = Gebühr für die Währungsumrechnung von { $from } in { $to }
shipment-line-difference = Kostendifferenz der Sendung { $reference }
shipment-line-agreed = Versand von { $reference }, vereinbarter Preis
shipment-cost-approved = Den Kosten wurde zugestimmt
shipment-cost-declined = Die Kosten wurden abgelehnt
shipment-cost-withdrawn = Die höheren Kosten, zu denen wir Sie gefragt hatten, gelten nicht mehr. Sie müssen nicht antworten.
shipment-credit-cheaper = Sendung { $reference } kostet weniger als berechnet
shipment-credit-cancelled = Sendung { $reference } wurde storniert

# Probleme eines Feldes
error-number = Erwartet wird eine Zahl mit Dezimalpunkt, zum Beispiel 2.5 oder "2.5".
error-number-positive = Die Zahl muss größer als null sein.
error-decimals =
    { NUMBER($max) ->
        [0] Nachkommastellen sind nicht erlaubt.
        [one] Höchstens { $max } Nachkommastelle.
       *[other] Höchstens { $max } Nachkommastellen.
    }
error-json-too-large = Höchstens { $max } KiB und nicht tiefer als acht Ebenen verschachtelt.
error-country-not-served = Wir versenden nicht in dieses Land.
error-currency-not-offered = Wir nehmen diese Währung nicht an.
error-tracking-number = Das ist keine Sendungsnummer von uns. Vergleichen Sie sie noch einmal mit der, die Sie erhalten haben.
error-in-future = Dieser Zeitpunkt liegt in der Zukunft.
error-before-creation = Dieser Zeitpunkt liegt vor der Erstellung der Sendung.
error-nothing-to-override = Bei diesem Schritt gibt es keine Prüfung, die übergangen werden könnte.
error-parcels-by-warehouse = Unser Lager misst diese Pakete. Ziel und Versandart können Sie ändern.
error-only-on-confirmation = Geben Sie das nur an, wenn Sie eine ausstehende Sendung bestätigen.

# Konflikte
shipment-step = Eine Sendung kann aus ihrem jetzigen Status nicht in diesen wechseln. In "allowed" steht, in welche sie wechseln kann.
shipment-not-editable = Diese Sendung kann nicht mehr geändert werden.
shipment-not-cancellable = Diese Sendung kann nicht mehr storniert werden, oder nicht von Ihnen.
shipment-not-paid = Diese Sendung ist noch nicht bezahlt.
shipment-paid = Für diese Sendung wurde schon etwas gezahlt.
shipment-waits-for-approval = Den Kosten dieser Sendung wurde kundenseitig noch nicht zugestimmt.
shipment-of-request-exists = Zu diesem Kaufauftrag gibt es schon eine Sendung.
shipment-proposal-changed = Es geht inzwischen um andere Kosten als die, die Sie gesehen haben. Rufen Sie die Sendung neu ab.
shipment-nothing-to-approve = Es gibt keine Kosten, denen zuzustimmen wäre.
