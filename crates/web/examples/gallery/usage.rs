//! Usage and credits.

use guildhall_web::page::{
    Choice, CreditBalance, Form, GrantRow, Section, UsagePage, UsagePeriod, UsageShare,
};

use crate::Gallery;
use crate::sample::{ago, alice, long, maya, member_shell, shell};

pub(crate) fn pages(gallery: &mut Gallery) {
    let full = full();
    gallery.add("usage", full.clone());
    let mut page = UsagePage { shell: member_shell(Section::Usage), form: None, ..full.clone() };
    page.detailed = false;
    page.csv = String::new();
    gallery.add("usage-member", page);
    let mut page =
        UsagePage { periods: Vec::new(), grants: Vec::new(), form: None, ..full.clone() };
    page.balance = CreditBalance {
        sentence: "No credits are left.".to_owned(),
        left: "0.00".to_owned(),
        per_hour: "0.00".to_owned(),
        lasts: "Nothing runs".to_owned(),
        spent: true,
        ..full.balance.clone()
    };
    page.fault = "The range must begin before it ends.".to_owned();
    gallery.add("usage-empty", page);
    let mut form = Form::new("grant", "/o/org_01/usage");
    form.set("amount", "many").refuse("some of this cannot be taken yet");
    form.fault("amount", "`many` is not an amount of credits: write it like `250` or `12.5`");
    gallery.add("usage-refused", UsagePage { form: Some(form), ..full });
}

fn full() -> UsagePage {
    let used = [0, 0, 40, 65, 72, 12, 0, 88, 96, 120, 84, 60, 8, 4, 90, 110, 118, 97, 72, 10, 0];
    let period = |(at, credits): (usize, &u32)| UsagePeriod {
        label: format!("{} Nov 2026", at + 1),
        consumed: format!("{credits}.00"),
        height: f64::from(*credits) / 120.0,
    };
    let periods: Vec<_> = used.iter().enumerate().map(period).collect();
    let share = |name: &str, consumed: &str, share: &str| UsageShare {
        name: name.to_owned(),
        consumed: consumed.to_owned(),
        share: share.to_owned(),
    };
    let grant = |at, amount: &str, note: &str| GrantRow {
        at,
        amount: amount.to_owned(),
        note: note.to_owned(),
        by: "root@guildhall.example".to_owned(),
    };
    UsagePage {
        shell: shell(Section::Usage),
        balance: CreditBalance {
            sentence: "8,754 credits are left. At 180 an hour they last 2 days.".to_owned(),
            left: "8,754.00".to_owned(),
            per_hour: "180.00".to_owned(),
            lasts: "2 days".to_owned(),
            granted: "12,500.00".to_owned(),
            consumed: "3,746.00".to_owned(),
            spent: false,
        },
        from: "2026-11-01".to_owned(),
        until: "2026-11-21".to_owned(),
        step: "day".to_owned(),
        steps: ["Day", "Week", "Month"].map(|one| Choice::new(one.to_lowercase(), one)).into(),
        fault: String::new(),
        title: "Credits by day, 1 Nov 2026 to 21 Nov 2026".to_owned(),
        total: "1,146".to_owned(),
        most: UsagePeriod { consumed: "120".to_owned(), ..periods[9].clone() },
        periods,
        detailed: true,
        users: vec![
            share(&alice().email, "746.00", "65 %"),
            share(&maya().email, "396.00", "35 %"),
            share(&long().email, "4.00", "< 1 %"),
        ],
        clusters: vec![
            share("analytics", "906.00", "79 %"),
            share("feature-store", "240.00", "21 %"),
        ],
        csv: "/o/org_01/usage/export".to_owned(),
        grants: vec![
            grant(ago("3 days"), "2,500.00", "For the course in winter"),
            grant(ago("21 days"), "10,000.00", ""),
        ],
        form: Some(Form::new("grant", "/o/org_01/usage")),
    }
}
