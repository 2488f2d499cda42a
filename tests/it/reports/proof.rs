//! What reports say, beside what one reckons from a plain list of the documents.

use super::world::{CURRENCIES, DAYS, Doc, PLACES, ROLES, SERVICES, World};
use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use rand::Rng;
use rand::seq::IndexedRandom;
use shared::analytics;
use shared::policy::Actor;
use shared::reports::{self, Filter, Kind, Measure, NewFilter, Sums, roll};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use uuid::Uuid;

type Row = (NaiveDate, &'static str, &'static str, String);

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Shipment => "SHIPMENT",
        Kind::Request => "REQUEST",
        Kind::Invoice => "INVOICE",
        Kind::Money => "MONEY",
    }
}

fn numbers(sums: &Sums) -> Vec<i64> {
    let money = Measure::ALL.map(|measure| [sums.minor(measure), sums.base(measure)]);
    [sums.count, sums.ended, sums.seconds, sums.unconverted].into_iter().chain(money.into_iter().flatten()).collect()
}

impl World {
    fn matches(&self, doc: &Doc, filter: &NewFilter) -> bool {
        let is = |wanted: &Option<String>, own: &str| wanted.as_ref().is_none_or(|wanted| wanted == own);
        let place = doc.place.map(|place| PLACES[place]);
        let in_place = |wanted: &String| place.is_some_and(|(country, region)| wanted == country || Some(wanted.as_str()) == region);
        let has = |vendor: &String| self.items.iter().any(|(request, own)| Some(*request) == doc.request && own.to_string() == *vendor);
        is(&filter.customer_type, doc.role)
            && is(&filter.status, doc.status)
            && is(&filter.currency, CURRENCIES[doc.currency].0)
            && filter.region.as_ref().is_none_or(in_place)
            && filter.vendor.as_ref().is_none_or(has)
            && doc.day() >= filter.date_from.as_ref().unwrap().parse().unwrap()
            && doc.day() <= filter.date_to.as_ref().unwrap().parse().unwrap()
    }

    fn reckoned(&self, filter: &NewFilter) -> BTreeMap<Row, Vec<i64>> {
        let mut rows: BTreeMap<Row, Vec<i64>> = BTreeMap::new();
        for doc in self.docs.iter().filter(|doc| self.matches(doc, filter)) {
            let day = doc.day();
            let start = match filter.group_by.as_deref() {
                Some("day") => day,
                Some("week") => day - Days::new(day.weekday().num_days_from_monday().into()),
                _ => day.with_day(1).unwrap(),
            };
            let has_money = ["INVOICE", "MONEY"].contains(&doc.kind);
            let unknown = i64::from(has_money && CURRENCIES[doc.currency].1.is_none());
            let mut said = vec![1, i64::from(doc.ended.is_some()), doc.ended.map_or(0, |took| took.num_seconds()), unknown];
            said.extend((0..8).flat_map(|sum| [doc.sums[sum], doc.base(sum).unwrap_or_default()]));
            let row = rows.entry((start, doc.kind, CURRENCIES[doc.currency].0, doc.status.to_owned())).or_insert_with(|| vec![0; 20]);
            row.iter_mut().zip(said).for_each(|(sum, said)| *sum += said);
        }
        rows
    }

    fn any_filter(&mut self) -> NewFilter {
        let today = self.test.app.clock.now().date_naive();
        let dice = &mut self.dice;
        let from = today - Days::new(dice.random_range(0..DAYS + 20));
        let to = from + Days::new(dice.random_range(0..DAYS + 30));
        let seldom = |dice: &mut rand::rngs::StdRng| dice.random_range(0..3) == 0;
        let statuses = ["PENDING", "DELIVERED", "COMPLETED", "UNPAID", "PAID", "REFUNDED", "VOID", "IN_TRANSIT"];
        NewFilter {
            date_from: Some(from.to_string()),
            date_to: Some(to.to_string()),
            customer_type: seldom(dice).then(|| ROLES.choose(dice).unwrap().to_string()),
            vendor: seldom(dice).then(|| self.vendors.choose(dice).unwrap().to_string()),
            region: seldom(dice).then(|| ["US", "US-CA", "DE", "DE-BE", "FR", "JP"].choose(dice).unwrap().to_string()),
            status: seldom(dice).then(|| statuses.choose(dice).unwrap().to_string()),
            currency: seldom(dice).then(|| CURRENCIES.choose(dice).unwrap().0.to_owned()),
            group_by: [None, Some("day"), Some("week"), Some("month")].choose(dice).unwrap().map(str::to_owned),
        }
    }

    /// The report says the same, for the whole time and for filters by chance.
    async fn agrees(&mut self, when: &str) {
        for round in 0..12 {
            let mut filter = self.any_filter();
            if round == 0 {
                let today = self.test.app.clock.now().date_naive();
                let (from, to) = (Some((today - Days::new(200)).to_string()), Some((today + Days::new(2)).to_string()));
                filter = NewFilter { date_from: from, date_to: to, ..NewFilter::default() };
            }
            let read = Filter::read(&self.test.app, filter.clone()).await.unwrap();
            let report = reports::report(&self.test.app, &Actor::system(), read.clone()).await.unwrap();
            let mut said = BTreeMap::new();
            for group in &report.groups {
                for (key, sums) in group.figures.iter() {
                    let currency = CURRENCIES.iter().find(|(code, _)| *code == key.currency).unwrap().0;
                    let start = match filter.group_by.as_deref() {
                        Some("day") => group.from,
                        Some("week") => group.from - Days::new(group.from.weekday().num_days_from_monday().into()),
                        _ => group.from.with_day(1).unwrap(),
                    };
                    said.insert((start, name(key.kind), currency, key.status.clone()), numbers(sums));
                }
            }
            let reckoned = self.reckoned(&filter);
            assert_eq!(said, reckoned, "{when}: {filter:?}");
            let mut totals: BTreeMap<_, Vec<i64>> = BTreeMap::new();
            for ((_, kind, currency, status), row) in reckoned {
                let total = totals.entry((kind, currency.to_owned(), status)).or_insert_with(|| vec![0; 20]);
                total.iter_mut().zip(row).for_each(|(total, part)| *total += part);
            }
            let told = report.totals.iter().map(|(key, sums)| ((name(key.kind), key.currency.clone(), key.status.clone()), numbers(sums)));
            assert_eq!(told.collect::<BTreeMap<_, _>>(), totals, "{when}: {filter:?}");
            self.shares_agree(when).await;
        }
    }

    /// So do the shares of services and shops, and how far requests came.
    async fn shares_agree(&mut self, when: &str) {
        let today = self.test.app.clock.now().date_naive();
        let (from, to) = (today - Days::new(self.dice.random_range(0..60)), today - Days::new(self.dice.random_range(0..9)));
        if from > to {
            return;
        }
        let asked = NewFilter { date_from: Some(from.to_string()), date_to: Some(to.to_string()), ..NewFilter::default() };
        // beyond what is kept for some seconds
        self.test.app.clock.advance(TimeDelta::seconds(4));
        let read = analytics::show(&self.test.app, &Actor::system(), asked).await.unwrap();
        let docs: Vec<&Doc> = self.docs.iter().filter(|doc| (from..=to).contains(&doc.day())).collect();
        let income = |is_about: &dyn Fn(&Doc) -> bool| -> i64 {
            let base = |doc: &&&Doc| [4, 5, 6].map(|sum| doc.base(sum).unwrap_or_default());
            let net = |[revenue, refunded, disputed]: [i64; 3]| revenue - refunded - disputed;
            docs.iter().filter(|doc| doc.kind == "MONEY" && is_about(doc)).map(|doc| net(base(&doc))).sum()
        };
        let count =
            |kind: &str, is_about: &dyn Fn(&Doc) -> bool| docs.iter().filter(|doc| doc.kind == kind && is_about(doc)).count() as i64;
        let service_of = |parcel: Option<Uuid>| self.docs.iter().find(|doc| Some(doc.id) == parcel).and_then(|doc| doc.service);
        let said: Vec<_> = read.services.iter().map(|one| (one.code.clone(), one.share.count, one.share.net_base)).collect();
        let mut reckoned: Vec<_> = SERVICES
            .iter()
            .filter(|service| docs.iter().any(|doc| matches!(doc.kind, "SHIPMENT" | "MONEY") && service_of(doc.parcel) == Some(service)))
            .map(|service| {
                let is_of = |doc: &Doc| service_of(doc.parcel) == Some(service);
                ((*service).to_owned(), count("SHIPMENT", &is_of), income(&is_of))
            })
            .collect();
        reckoned.sort_by_key(|(code, count, net)| (Reverse(*count), Reverse(*net), code.clone()));
        assert_eq!(said, reckoned, "{when}: {from} to {to}");
        let mut shops: Vec<_> = self
            .vendors
            .iter()
            .map(|vendor| {
                let is_of = |doc: &Doc| doc.request.is_some_and(|request| self.items.contains(&(request, *vendor)));
                (*vendor, count("REQUEST", &is_of), income(&is_of))
            })
            .collect();
        shops.sort();
        let mut said: Vec<_> = read.shops.iter().map(|shop| (shop.id.0, shop.share.count, shop.share.net_base)).collect();
        said.sort();
        shops.retain(|(vendor, count, net)| (*count, *net) != (0, 0) || said.iter().any(|(id, ..)| id == vendor));
        assert_eq!(said, shops, "{when}: {from} to {to}");
        let made = |step: usize| count("REQUEST", &|doc| doc.made[step..].contains(&true));
        let conversion =
            analytics::Conversion { begun: count("REQUEST", &|_| true), submitted: made(0), ordered: made(1), completed: made(2) };
        assert_eq!(read.conversion, conversion, "{when}: {from} to {to}");
        let course: i64 = read.pulses.iter().map(|pulse| pulse.revenue_base).sum();
        assert_eq!(course, docs.iter().filter_map(|doc| doc.base(4)).sum::<i64>(), "{when}: {from} to {to}");
    }

    /// Sums up whatever is due, as the job does.
    async fn sum_up(&self) -> usize {
        let tx = self.test.app.begin().await.unwrap();
        roll::watch(&tx).await.unwrap();
        tx.commit().await.unwrap();
        let due = roll::due(&self.test.app, 1000).await.unwrap();
        for day in &due {
            let tx = self.test.app.begin().await.unwrap();
            roll::sum_up(&tx, *day).await.unwrap();
            tx.commit().await.unwrap();
        }
        due.len()
    }

    /// Changes a document as the product would: its state, and what follows from it.
    async fn change(&mut self) {
        let at = self.dice.random_range(0..self.docs.len());
        let (id, kind) = (self.docs[at].id, self.docs[at].kind);
        let now = self.test.app.clock.now();
        match kind {
            "SHIPMENT" => {
                let took = now - self.docs[at].at;
                let place = self.dice.random_range(0..PLACES.len());
                let service = *SERVICES.choose(&mut self.dice).unwrap();
                let sql =
                    "UPDATE shipments SET status = 'DELIVERED', delivered_at = $2, country = $3, region = $4, service = $5 WHERE id = $1";
                self.run(sql, vec![id.into(), now.into(), PLACES[place].0.into(), PLACES[place].1.into(), service.into()]).await;
                self.docs[at].service = Some(service);
                (self.docs[at].status, self.docs[at].ended, self.docs[at].place) =
                    ("DELIVERED", Some(took.max(TimeDelta::zero())), Some(place));
            }
            "REQUEST" => {
                self.run("UPDATE buy4me_requests SET status = 'SUBMITTED', completed_at = NULL WHERE id = $1", vec![id.into()]).await;
                (self.docs[at].status, self.docs[at].ended, self.docs[at].made[2]) = ("SUBMITTED", None, false);
                self.item(id).await;
            }
            "INVOICE" => {
                let sql = "UPDATE invoices SET status = 'OPEN', payment_status = 'REFUNDED', paid_minor = amount_minor, paid_at = NULL \
                           WHERE id = $1";
                let tax = self.docs[at].sums[1];
                if self.docs[at].status == "VOID" {
                    return;
                }
                self.run(sql, vec![id.into()]).await;
                (self.docs[at].status, self.docs[at].ended) = ("REFUNDED", None);
                (self.docs[at].sums[1], self.docs[at].sums[3]) = (tax, 0);
                self.docs.iter_mut().filter(|doc| doc.invoice == Some(id)).for_each(|doc| doc.status = "REFUNDED");
            }
            _ => {
                self.run("UPDATE payment_transactions SET fee_minor = 77 WHERE id = $1", vec![id.into()]).await;
                self.docs[at].sums[7] = 77;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_what_one_reckons_from_the_documents_whatever_was_summed_up_and_changed_since() {
    let seed: u64 = std::env::var("REPORT_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(rand::random);
    println!("REPORT_SEED={seed}");
    let mut world = World::new(seed).await;
    world.grow(160).await;
    world.agrees("from the documents alone").await;
    assert_eq!(world.sum_up().await, 0, "a transaction that began before the days were watched may still be open");
    world.agrees("watched").await;
    for _ in 0..10 {
        world.change().await;
    }
    world.test.app.clock.advance(TimeDelta::minutes(11));
    assert!(world.sum_up().await > 20);
    world.agrees("summed up").await;
    for round in 0..4 {
        for _ in 0..8 {
            world.change().await;
        }
        world.grow(6).await;
        world.agrees(&format!("changed, round {round}")).await;
        assert!(world.sum_up().await > 0);
        world.agrees(&format!("summed up again, round {round}")).await;
        world.test.app.clock.advance(TimeDelta::hours(30));
    }
    world.test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_figures_are_used_and_those_that_do_not_hold_are_found_and_mended() {
    let mut world = World::new(7).await;
    world.grow(60).await;
    world.sum_up().await;
    world.test.app.clock.advance(TimeDelta::minutes(11));
    world.sum_up().await;
    let today = world.test.app.clock.now().date_naive();
    let read = async |world: &World| {
        let filter = NewFilter { date_from: Some((today - Days::new(DAYS)).to_string()), ..NewFilter::default() };
        let filter = Filter::read(&world.test.app, filter).await.unwrap();
        world.test.cost(reports::report(&world.test.app, &Actor::system(), filter)).await
    };
    let (report, cost) = read(&world).await;
    report.unwrap();
    assert!(cost <= 10, "{cost} statements: only today is read from the documents");
    // as a program from before there were shares sums up
    world.test.sql("DELETE FROM report_shares").await;
    world.test.app.clock.advance(TimeDelta::seconds(1));
    let now = world.test.app.clock.now().to_rfc3339();
    world.test.sql(&format!("UPDATE report_days SET rolled_at = '{now}'")).await;
    world.agrees("summed up by an old program").await;
    assert!(world.sum_up().await as u64 >= DAYS);
    world.agrees("and again by a new one").await;
    // behind the back of everybody
    world.test.sql("UPDATE report_figures SET count = count + 1 WHERE scope = '|'").await;
    world.test.app.clock.advance(TimeDelta::days(31));
    let old = roll::unchecked(&world.test.app, world.test.app.clock.now() - TimeDelta::days(30), 1000).await.unwrap();
    assert!(old.len() as u64 >= DAYS, "{old:?}");
    let mut mended = 0;
    for day in &old {
        let tx = world.test.app.begin().await.unwrap();
        mended += u64::from(!roll::check(&tx, *day).await.unwrap());
        tx.commit().await.unwrap();
    }
    assert!(mended > 0);
    world.agrees("mended").await;
    assert_eq!(roll::unchecked(&world.test.app, world.test.app.clock.now() - TimeDelta::days(30), 1000).await.unwrap(), vec![]);
    world.test.close().await;
}
