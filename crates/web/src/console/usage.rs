//! The Usage page of an organization (H10), and granting credits on it.

use axum::response::{IntoResponse, Response};
use guildhall_app::credit::{
    Balance, Consumption, GetConsumption, GetCredits, GetUsage, GrantCredits, ListCreditGrants,
    ListedCreditGrant, Usage, UsageBucket, UsageRange,
};
use guildhall_app::organization::{GetOrganization, OrganizationOverview};
use guildhall_app::{Query as _, Refusal};
use guildhall_model::{Credits, OrganizationId, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::credit::{amount, said};
use super::enter::{enter, now};
use super::moment::{date, moment};
use super::shell::shell_in;
use crate::caller::{Failure, Person};
use crate::extract::{self, Form, Path, Query};
use crate::flash::{Flash, texts};
use crate::page::{
    self, Choice, CreditBalance, GrantRow, Section, UsagePage, UsagePeriod, UsageShare, count_of,
};
use crate::reply::{Html, Redirect, Reply};
use crate::route::Route;
use crate::usage::{UsageQuery, file};

/// How many grants are listed.
const GRANTS: u32 = 50;
/// A time as long as this is told in days.
const DAYS: i64 = 48;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/o/{organization}/usage", show)
            .reads::<GetConsumption>()
            .also_reads::<GetUsage>()
            .also_reads::<GetCredits>()
            .also_reads::<ListCreditGrants>()
            .also_reads::<GetOrganization>(),
        Route::post("/o/{organization}/usage", grant)
            .serves::<GrantCredits>()
            .also_reads::<GetConsumption>()
            .also_reads::<GetUsage>()
            .also_reads::<GetCredits>()
            .also_reads::<ListCreditGrants>()
            .also_reads::<GetOrganization>()
            .example_body(json!({ "amount": "2500", "note": "For the course" })),
        Route::get("/o/{organization}/usage/export", export).reads::<GetUsage>().compressed(),
    ]
}

async fn show(
    person: Person,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<UsageQuery>,
) -> Reply<Html<UsagePage>> {
    let overview = enter(&person, organization).await?;
    Ok(Html::of(page(&person, &overview, &query).await?))
}

/// A grant as it was typed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TypedGrant {
    /// How many; below zero to take some back.
    amount: String,
    /// Why.
    #[serde(default)]
    note: String,
}

async fn grant(
    person: Person,
    Path(organization): Path<OrganizationId>,
    Form(typed): Form<TypedGrant>,
) -> Reply<Response> {
    let overview = enter(&person, organization).await?;
    let amount = typed.amount.parse::<Credits>();
    let granted = match &amount {
        Ok(amount) => {
            let note = typed.note.clone();
            let grant = GrantCredits { organization, amount: *amount, note };
            person.execute(grant).await.map(|_| *amount)
        }
        Err(_) => {
            // Whoever may not grant learns nothing of what is wrong with the amount.
            super::member::need(overview.may("can_grant_credits"), "can_grant_credits")?;
            Ok(Credits::ZERO)
        }
    };
    let mut form = grant_form(organization);
    form.set("amount", typed.amount.as_str()).set("note", typed.note.as_str());
    match (form.take("amount", amount), granted) {
        (Some(_), Ok(amount)) => {
            person.tell(match amount < Credits::ZERO {
                true => Flash::of(&texts::CREDITS_TAKEN, [&*said(-amount)]),
                false => Flash::of(&texts::CREDITS_GRANTED, [&*said(amount)]),
            });
            return Ok(Redirect::to(format!("/o/{organization}/usage")).into_response());
        }
        (_, Err(failure)) => failure.show_in(&mut form)?,
        (None, Ok(_)) => {}
    }
    let mut page = page(&person, &overview, &UsageQuery::default()).await?;
    page.form = Some(form);
    Ok(Html::refused(page).into_response())
}

async fn export(
    person: Person,
    Path(organization): Path<OrganizationId>,
    Query(query): Query<UsageQuery>,
) -> Reply<Response> {
    let range = query.range(now(&person))?;
    Ok(file(person.read(GetUsage { organization, range }).await?))
}

fn grant_form(organization: OrganizationId) -> page::Form {
    page::Form::new("grant", format!("/o/{organization}/usage"))
}

async fn page(
    person: &Person,
    overview: &OrganizationOverview,
    query: &UsageQuery,
) -> Reply<UsagePage> {
    let (organization, now) = (overview.id, now(person));
    let detailed = overview.may(GetUsage::PERMISSION.relation());
    let balance = person.read(GetCredits { organization }).await?;
    let default = UsageQuery::default().range(now)?;
    let (range, mut fault) = match query.range(now) {
        Ok(range) => (range, String::new()),
        Err(problem) => (default, problem.sentence()),
    };
    let (range, usage) = match usage(person, organization, range, detailed).await? {
        Ok(usage) => (range, usage),
        Err(message) => {
            fault = message;
            let usage = usage(person, organization, default, detailed).await?;
            (default, usage.unwrap_or_else(|_| whole(Vec::new(), Credits::ZERO)))
        }
    };
    let grants = match detailed {
        true => {
            let list = ListCreditGrants { organization, after: None, limit: GRANTS };
            person.read(list).await?
        }
        false => Vec::new(),
    };
    let last_day = range.until.minus(std::time::Duration::from_micros(1));
    let (from, until) = (day(range.from), day(last_day));
    let step = range.step.as_str();
    let most = usage.buckets.iter().map(|bucket| bucket.consumed).max().unwrap_or_default();
    let selection = [("from", &*from), ("until", &until), ("step", step)];
    let csv = extract::address(&format!("/o/{organization}/usage/export"), &selection);
    let mut html = UsagePage {
        shell: shell_in(person, overview, Section::Usage).await,
        balance: words(&balance),
        step: step.to_owned(),
        steps: vec![
            Choice::new("day", "Day"),
            Choice::new("week", "Week"),
            Choice::new("month", "Month"),
        ],
        fault,
        title: format!("Credits by {step}, {} to {}", date(range.from), date(last_day)),
        from,
        until,
        total: said(usage.total),
        most: UsagePeriod::default(),
        periods: Vec::new(),
        detailed,
        users: shares(
            usage.total,
            usage.by_user.iter().map(|one| (one.email.as_str(), one.consumed)),
        ),
        clusters: shares(
            usage.total,
            usage.by_cluster.iter().map(|one| (one.name.as_str(), one.consumed)),
        ),
        csv: if detailed { csv } else { String::new() },
        grants: grants.iter().map(|grant| row(grant, now)).collect(),
        form: overview.may("can_grant_credits").then(|| grant_form(organization)),
    };
    if usage.total > Credits::ZERO {
        html.periods = usage.buckets.iter().map(|bucket| period(bucket, most)).collect();
        let largest = usage.buckets.iter().position(|bucket| bucket.consumed == most);
        html.most = largest.and_then(|at| html.periods.get(at).cloned()).unwrap_or_default();
        html.most.consumed = said(most);
    }
    Ok(html)
}

/// Usage, without details for those who may not see them; or what is wrong with the range.
async fn usage(
    person: &Person,
    organization: OrganizationId,
    range: UsageRange,
    detailed: bool,
) -> Reply<Result<Usage, String>> {
    let found = if detailed {
        person.read(GetUsage { organization, range }).await
    } else {
        let found = person.read(GetConsumption { organization, range }).await;
        found.map(|Consumption { total, buckets }| whole(buckets, total))
    };
    match found {
        Ok(usage) => Ok(Ok(usage)),
        Err(Failure::Refused(refusal)) => {
            let fields = refusal.fields();
            let said = fields.first().map_or_else(|| refusal.to_string(), |(_, said)| said.clone());
            Ok(Err(page::sentence(&said)))
        }
        Err(Failure::Stopped(stop)) => Err(stop),
    }
}

fn whole(buckets: Vec<UsageBucket>, total: Credits) -> Usage {
    Usage { total, buckets, by_user: Vec::new(), by_cluster: Vec::new(), parts: Vec::new() }
}

fn words(balance: &Balance) -> CreditBalance {
    let lasts = match balance.hours_left() {
        None => "Nothing runs".to_owned(),
        Some(0) => "Less than an hour".to_owned(),
        Some(hours) if hours < DAYS => count_of(hours.unsigned_abs(), "hour", "hours"),
        Some(hours) => count_of((hours / 24).unsigned_abs(), "day", "days"),
    };
    let left = said(balance.left);
    let sentence = match balance.hours_left() {
        _ if balance.is_spent() => "No credits are left.".to_owned(),
        None => format!("{left} credits are left, and nothing consumes any now."),
        Some(_) => {
            let hourly = said(balance.per_hour);
            format!("{left} credits are left. At {hourly} an hour they last {}.", lowered(&lasts))
        }
    };
    CreditBalance {
        sentence,
        left: amount(balance.left),
        per_hour: amount(balance.per_hour),
        lasts,
        granted: amount(balance.granted),
        consumed: amount(balance.consumed),
        spent: balance.is_spent(),
    }
}

/// Within a sentence: "less than an hour".
fn lowered(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    text
}

fn period(bucket: &UsageBucket, most: Credits) -> UsagePeriod {
    let last = bucket.until.minus(std::time::Duration::from_micros(1));
    let (first, last) = (date(bucket.from), date(last));
    let label = if first == last { first } else { format!("{first} – {last}") };
    let height = bucket.consumed.millionths() as f64 / most.millionths().max(1) as f64;
    UsagePeriod { label, consumed: amount(bucket.consumed), height }
}

fn shares<'a>(total: Credits, all: impl Iterator<Item = (&'a str, Credits)>) -> Vec<UsageShare> {
    let share = |(name, consumed): (&str, Credits)| {
        let percent = 100.0 * consumed.millionths() as f64 / total.millionths().max(1) as f64;
        let share = match percent {
            small if small > 0.0 && small < 1.0 => "< 1 %".to_owned(),
            percent => format!("{percent:.0} %"),
        };
        UsageShare { name: name.to_owned(), consumed: amount(consumed), share }
    };
    all.map(share).collect()
}

fn row(grant: &ListedCreditGrant, now: Timestamp) -> GrantRow {
    GrantRow {
        at: moment(grant.granted_at, now),
        amount: amount(grant.amount),
        note: grant.note.clone(),
        by: grant.granted_by.clone(),
    }
}

/// A day as a date field holds it.
fn day(at: Timestamp) -> String {
    at.to_string().chars().take("2026-11-01".len()).collect()
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn shares_read_well() {
        let credits = |text: &str| text.parse().expect("an amount of credits");
        let all = [("a", credits("66.5")), ("b", credits("33.4")), ("c", credits("0.1"))];
        let shares = shares(credits("100"), all.into_iter());
        let shares: Vec<_> = shares.iter().map(|one| &*one.share).collect();
        assert_eq!(shares, ["66 %", "33 %", "< 1 %"]);
    }
}
