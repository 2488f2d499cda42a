//! A few tickets: asked, answered, closed. Their clocks are the product's own. One that is open for long waits for its customer, so
//! that nobody is told that it is late, and none is left resolved, to be closed with a mail.

use super::world::Case;
use crate::clock::Time;
use crate::ids::{MessageId, TicketId, UserId};
use crate::settings::Support;
use crate::support::message::{self, Author};
use crate::support::sla::{Clock, Targets};
use crate::support::{Category, Model, Priority, Status, Waiting, event};
use chrono::TimeDelta;

/// Category, subject, what is asked, what is answered.
const TALKS: [(Category, &str, &str, &str); 7] = [
    (Category::Shipment, "Where is my parcel?", "It has not moved for three days.", "It is at the customs office and goes on tomorrow."),
    (
        Category::Shipment,
        "Wrong house number",
        "Please change it to 17 before it leaves.",
        "We have noted it. Is the rest of the address right?",
    ),
    (Category::Billing, "Invoice for my company", "Can you add our tax number?", "Yes. Please tell us the number."),
    (
        Category::Buy4Me,
        "Other colour",
        "If green is sold out I would take blue.",
        "We have told the buyer. Shall we wait a week for green?",
    ),
    (
        Category::Account,
        "New telephone",
        "I cannot sign in, my codes are on the old one.",
        "Please answer the question that we mailed you.",
    ),
    (Category::General, "Opening hours", "Can I pick up on Saturday?", "From nine to one. Which parcel is it?"),
    (Category::Technical, "La page ne s'ouvre pas", "Le suivi affiche une erreur.", "C'est réparé. Cela fonctionne-t-il chez vous ?"),
];

/// One ticket of this case's customer.
pub(super) fn write(case: &mut Case) {
    let opened = case.at + case.dice.hours(1, 72);
    if opened >= case.until() {
        return;
    }
    let (category, subject, asked, answer) = *case.dice.pick(&TALKS);
    let priority = case.dice.weighted(&[(Priority::Low, 15), (Priority::Normal, 65), (Priority::High, 16), (Priority::Urgent, 4)]);
    let clock = Clock::start(opened, Targets::of(&Support::default(), priority));
    let owner = case.customer.user.id;
    let mut row = Model {
        id: TicketId(case.dice.id(opened)),
        reference: String::new(),
        user_id: owner,
        subject: subject.to_owned(),
        description: asked.to_owned(),
        category,
        priority,
        status: Status::Open,
        assignee_id: None,
        waiting_on: Waiting::Staff,
        searched: String::new(),
        targets_version: 0,
        first_response_due_at: clock.first_response_due_at,
        first_responded_at: None,
        resolution_due_at: clock.resolution_due_at,
        paused_at: None,
        overdue_at: None,
        alarm_at: None,
        first_response_breached_at: None,
        resolution_breached_at: None,
        resolved_at: None,
        closed_at: None,
        close_at: None,
        last_message_at: opened,
        created_by: Some(owner.0),
        version: 1,
        created_at: opened,
        updated_at: opened,
    };
    row.keep_time(opened);
    step(case, &row, None, opened, owner);
    live(case, &mut row, answer);
    case.rows.tickets.push(row);
}

fn live(case: &mut Case, row: &mut Model, answer: &str) {
    let (until, support, owner) = (case.until(), case.world.staff.support, row.user_id);
    // within the target: nobody is late here
    let patience = (row.first_response_due_at - row.created_at).num_minutes();
    let at = row.created_at + case.dice.minutes(10, patience - 5);
    if at >= until {
        return;
    }
    row.assignee_id = Some(support);
    row.status = Status::InProgress;
    step(case, row, Some(Status::Open), at, support);
    say(case, row, (1, Author::Staff, support), answer, at);
    row.tick(|clock| clock.answered(at));
    row.waiting_on = Waiting::Customer;
    touch(row, at);
    let at = at + case.dice.hours(1, 60);
    let closed = at + case.dice.hours(1, 12);
    if closed >= until || case.dice.chance(30) {
        return;
    }
    say(case, row, (2, Author::Customer, owner), "Thank you, that is all.", at);
    row.waiting_on = Waiting::Staff;
    touch(row, at);
    row.status = Status::Closed;
    row.closed_at = Some(closed);
    step(case, row, Some(Status::InProgress), closed, support);
    touch(row, closed);
}

fn touch(row: &mut Model, at: Time) {
    row.keep_time(at);
    row.version += 1;
    row.updated_at = at;
}

fn say(case: &mut Case, row: &mut Model, (position, author_kind, author): (i32, Author, UserId), body: &str, at: Time) {
    row.last_message_at = at;
    case.rows.messages.push(message::Model {
        id: MessageId(case.dice.id(at)),
        ticket_id: row.id,
        position,
        author_kind,
        author_id: Some(author),
        body: body.to_owned(),
        is_internal: false,
        created_at: at,
    });
}

fn step(case: &mut Case, row: &Model, from: Option<Status>, at: Time, by: UserId) {
    // of what happens at the same moment the step comes first
    let at_id = at - TimeDelta::milliseconds(1);
    case.rows.ticket_events.push(event::Model {
        id: case.dice.id(at_id),
        ticket_id: row.id,
        from_status: from,
        status: row.status,
        created_by: Some(by.0),
        created_at: at,
    });
}
