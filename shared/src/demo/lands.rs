//! Where customers live: names in several scripts, cities with their subdivisions. Everything is invented from lists of common
//! names; telephone numbers are of the ranges that are kept free for fiction.

use super::dice::Dice;

/// A name as its owner writes it, and in letters that an address of mail may have.
pub(super) type Name = (&'static str, &'static str);

/// A city: name, ISO 3166-2, postal code.
pub(super) type City = (&'static str, &'static str, Option<&'static str>);

/// A country and its people.
#[derive(Debug)]
pub(super) struct Land {
    /// ISO 3166-1 alpha-2.
    pub(super) country: &'static str,
    pub(super) language: &'static str,
    pub(super) currency: &'static str,
    /// So many of a hundred customers.
    weight: u64,
    pub(super) first: &'static [Name],
    pub(super) last: &'static [Name],
    pub(super) cities: &'static [City],
    pub(super) streets: &'static [&'static str],
    /// Whether the house number stands before the street.
    pub(super) number_first: bool,
    /// Sales tax that staff write on bills by hand, in percent.
    pub(super) tax: &'static str,
    /// First digits of numbers that belong to nobody, and how many follow.
    pub(super) phone: Option<(&'static str, usize)>,
}

/// One of them, by weight.
pub(super) fn any(dice: &mut Dice) -> &'static Land {
    let mut at = dice.below(LANDS.iter().map(|land| land.weight).sum());
    let found = LANDS.iter().find(|land| match at.checked_sub(land.weight) {
        Some(rest) => {
            at = rest;
            false
        }
        None => true,
    });
    found.unwrap_or(&LANDS[0])
}

/// All of them; the first is where most live.
pub(super) static LANDS: [Land; 12] = [
    Land {
        country: "US",
        language: "en",
        currency: "USD",
        weight: 30,
        first: &[
            ("Amelia", "amelia"), ("Owen", "owen"), ("Grace", "grace"), ("Caleb", "caleb"), ("Naomi", "naomi"), ("Miles", "miles"),
            ("Tessa", "tessa"), ("Julian", "julian"), ("Renee", "renee"), ("Marcus", "marcus"),
        ],
        last: &[
            ("Whitfield", "whitfield"), ("Marsh", "marsh"), ("Delgado", "delgado"), ("Okafor", "okafor"), ("Brennan", "brennan"),
            ("Hale", "hale"), ("Nguyen", "nguyen"), ("Sutter", "sutter"), ("Pryor", "pryor"), ("Lindqvist", "lindqvist"),
        ],
        cities: &[
            ("Fresno", "US-CA", Some("93650")), ("Austin", "US-TX", Some("78701")), ("Columbus", "US-OH", Some("43004")),
            ("Albany", "US-NY", Some("12207")), ("Boise", "US-ID", Some("83702")), ("Tampa", "US-FL", Some("33602")),
            ("Portland", "US-OR", Some("97201")), ("Madison", "US-WI", Some("53703")), ("Honolulu", "US-HI", Some("96813")),
        ],
        streets: &["Maple Street", "2nd Avenue", "Lakeview Drive", "Cedar Lane", "Station Road", "Prairie Court"],
        number_first: true,
        tax: "0",
        phone: Some(("+120255501", 2)),
    },
    Land {
        country: "DE",
        language: "de",
        currency: "EUR",
        weight: 13,
        first: &[
            ("Jörg", "joerg"), ("Anneliese", "anneliese"), ("Malte", "malte"), ("Birgit", "birgit"), ("Süleyman", "sueleyman"), ("Frieda", "frieda"),
            ("Konrad", "konrad"), ("Zoë", "zoe"),
        ],
        last: &[
            ("Großmann", "grossmann"), ("Kühn", "kuehn"), ("Brandt", "brandt"), ("Öztürk", "oeztuerk"), ("Lorenz", "lorenz"), ("Thiele", "thiele"),
            ("Petersen", "petersen"), ("Vogt", "vogt"),
        ],
        cities: &[
            ("Köln", "DE-NW", Some("50667")), ("München", "DE-BY", Some("80331")), ("Hamburg", "DE-HH", Some("20095")),
            ("Leipzig", "DE-SN", Some("04109")), ("Kiel", "DE-SH", Some("24103")), ("Mainz", "DE-RP", Some("55116")),
        ],
        streets: &["Lindenweg", "Bahnhofstraße", "Am Mühlbach", "Gartenstraße", "Schillerplatz"],
        number_first: false,
        tax: "19",
        phone: None,
    },
    Land {
        country: "GB",
        language: "en",
        currency: "GBP",
        weight: 13,
        first: &[
            ("Imogen", "imogen"), ("Rhys", "rhys"), ("Priya", "priya"), ("Alasdair", "alasdair"), ("Zadie", "zadie"), ("Callum", "callum"),
            ("Ffion", "ffion"), ("Tariq", "tariq"),
        ],
        last: &[
            ("Ashworth", "ashworth"), ("Pemberton", "pemberton"), ("Iqbal", "iqbal"), ("MacLeod", "macleod"), ("Griffiths", "griffiths"),
            ("Thorne", "thorne"), ("Mensah", "mensah"), ("O'Rourke", "orourke"),
        ],
        cities: &[
            ("Leeds", "GB-LDS", Some("LS1 4AP")), ("Cardiff", "GB-CRF", Some("CF10 1EP")), ("Glasgow", "GB-GLG", Some("G2 1DU")),
            ("Bristol", "GB-BST", Some("BS1 5TR")), ("Belfast", "GB-BFS", Some("BT1 5GS")),
        ],
        streets: &["High Street", "Church Lane", "Victoria Road", "Mill Close", "The Crescent"],
        number_first: true,
        tax: "20",
        phone: Some(("+447700900", 3)),
    },
    Land {
        country: "FR",
        language: "fr",
        currency: "EUR",
        weight: 8,
        first: &[
            ("Éloïse", "eloise"), ("Théo", "theo"), ("Maëlle", "maelle"), ("Bastien", "bastien"), ("Inès", "ines"), ("Gaëtan", "gaetan"),
            ("Noémie", "noemie"),
        ],
        last: &[
            ("Lefèvre", "lefevre"), ("Garnier", "garnier"), ("Benali", "benali"), ("Châtelain", "chatelain"), ("Moreau", "moreau"), ("Traoré", "traore"),
        ],
        cities: &[
            ("Lyon", "FR-69", Some("69002")), ("Nantes", "FR-44", Some("44000")), ("Lille", "FR-59", Some("59000")),
            ("Marseille", "FR-13", Some("13001")), ("Rennes", "FR-35", Some("35000")),
        ],
        streets: &["rue des Tilleuls", "avenue de la Gare", "place du Marché", "chemin des Vignes"],
        number_first: true,
        tax: "20",
        phone: None,
    },
    Land {
        country: "ES",
        language: "es",
        currency: "EUR",
        weight: 6,
        first: &[("Begoña", "begona"), ("Íñigo", "inigo"), ("Lucía", "lucia"), ("Rubén", "ruben"), ("Martina", "martina"), ("Joaquín", "joaquin")],
        last: &[("Núñez", "nunez"), ("Ibáñez", "ibanez"), ("Ferrer", "ferrer"), ("Carrasco", "carrasco"), ("Echeverría", "echeverria")],
        cities: &[
            ("Valencia", "ES-V", Some("46002")), ("Sevilla", "ES-SE", Some("41001")), ("Bilbao", "ES-BI", Some("48001")),
            ("Zaragoza", "ES-Z", Some("50001")),
        ],
        streets: &["calle Mayor", "avenida del Puerto", "plaza de la Constitución", "calle de los Olmos"],
        number_first: false,
        tax: "21",
        phone: None,
    },
    Land {
        country: "JP",
        language: "en",
        currency: "JPY",
        weight: 8,
        first: &[("陽菜", "hina"), ("蓮", "ren"), ("美咲", "misaki"), ("大翔", "hiroto"), ("さくら", "sakura"), ("健太", "kenta")],
        last: &[("佐々木", "sasaki"), ("小林", "kobayashi"), ("石川", "ishikawa"), ("藤田", "fujita"), ("中島", "nakajima"), ("森", "mori")],
        cities: &[
            ("横浜市", "JP-14", Some("220-0011")), ("札幌市", "JP-01", Some("060-0001")), ("福岡市", "JP-40", Some("810-0001")),
            ("京都市", "JP-26", Some("600-8001")),
        ],
        streets: &["中央区本町", "北区大通", "西町", "緑町"],
        number_first: false,
        tax: "10",
        phone: None,
    },
    Land {
        country: "AE",
        language: "ar",
        currency: "AED",
        weight: 8,
        first: &[("أمينة", "amina"), ("خالد", "khalid"), ("مريم", "maryam"), ("سيف", "saif"), ("ليلى", "layla"), ("راشد", "rashid")],
        last: &[("المنصوري", "almansoori"), ("الكعبي", "alkaabi"), ("حداد", "haddad"), ("الشامسي", "alshamsi"), ("خوري", "khoury")],
        cities: &[("دبي", "AE-DU", None), ("أبوظبي", "AE-AZ", None), ("الشارقة", "AE-SH", None), ("عجمان", "AE-AJ", None)],
        streets: &["شارع الوصل", "شارع الكورنيش", "طريق الميناء", "شارع النخيل"],
        number_first: false,
        tax: "5",
        phone: None,
    },
    Land {
        country: "KW",
        language: "ar",
        currency: "KWD",
        weight: 6,
        first: &[("نورة", "noura"), ("فهد", "fahad"), ("دانة", "dana"), ("يوسف", "yousef"), ("شيخة", "shaikha")],
        last: &[("العنزي", "alanezi"), ("الرشيدي", "alrashidi"), ("بهبهاني", "behbehani"), ("المطيري", "almutairi")],
        cities: &[("مدينة الكويت", "KW-KU", Some("13001")), ("حولي", "KW-HA", Some("32001")), ("الأحمدي", "KW-AH", Some("61001"))],
        streets: &["شارع الخليج", "شارع سالم المبارك", "طريق الفحيحيل"],
        number_first: false,
        tax: "0",
        phone: None,
    },
    Land {
        country: "SN",
        language: "fr",
        currency: "EUR",
        weight: 3,
        first: &[("Aïssatou", "aissatou"), ("Mamadou", "mamadou"), ("Fatou", "fatou"), ("Ousmane", "ousmane")],
        last: &[("Ndiaye", "ndiaye"), ("Diop", "diop"), ("Sarr", "sarr"), ("", "")],
        cities: &[("Dakar", "SN-DK", None), ("Thiès", "SN-TH", None), ("Saint-Louis", "SN-SL", None)],
        streets: &["rue de la Corniche", "avenue du Baobab", "cité des Enseignants"],
        number_first: true,
        tax: "18",
        phone: None,
    },
    Land {
        country: "GR",
        language: "en",
        currency: "EUR",
        weight: 2,
        first: &[("Ελένη", "eleni"), ("Γιώργος", "giorgos"), ("Δήμητρα", "dimitra"), ("Νίκος", "nikos")],
        last: &[("Παππάς", "pappas"), ("Οικονόμου", "oikonomou"), ("Βλάχου", "vlachou")],
        cities: &[("Θεσσαλονίκη", "GR-B", Some("546 24")), ("Ηράκλειο", "GR-M", Some("712 01"))],
        streets: &["Οδός Ερμού", "Λεωφόρος Νίκης", "Οδός Αθηνάς"],
        number_first: false,
        tax: "24",
        phone: None,
    },
    Land {
        country: "KR",
        language: "en",
        currency: "USD",
        weight: 2,
        first: &[("서연", "seoyeon"), ("민준", "minjun"), ("지우", "jiwoo"), ("도윤", "doyun")],
        last: &[("김", "kim"), ("박", "park"), ("최", "choi"), ("윤", "yoon")],
        cities: &[("서울", "KR-11", Some("04524")), ("부산", "KR-26", Some("48058"))],
        streets: &["중앙로", "한강대로", "해운대로"],
        number_first: false,
        tax: "10",
        phone: None,
    },
    Land {
        country: "UA",
        language: "en",
        currency: "EUR",
        weight: 1,
        first: &[("Оксана", "oksana"), ("Тарас", "taras"), ("Соломія", "solomiia")],
        last: &[("Бондаренко", "bondarenko"), ("Мельник", "melnyk"), ("Кравець", "kravets")],
        cities: &[("Львів", "UA-46", Some("79000")), ("Одеса", "UA-51", Some("65000"))],
        streets: &["вулиця Зелена", "проспект Свободи", "вулиця Садова"],
        number_first: false,
        tax: "20",
        phone: None,
    },
];
