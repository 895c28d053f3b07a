//! Where one is signed in.

mod device;

use axum::response::Response;
use guildhall_app::session::{EndOtherSessions, EndSession, ListSessions, ListedSession};
use guildhall_model::{SessionId, Timestamp};

use self::device::device;
use super::{frame, lead_to, me};
use crate::caller::Person;
use crate::console::moment::moment;
use crate::extract::Path;
use crate::flash::{Flash, texts};
use crate::page::{Section, SessionRow, SessionsPage};
use crate::reply::{Html, Reply};
use crate::route::Route;
use crate::session;

const PAGE: &str = "/settings/sessions";
const END_OTHERS: &str = "/settings/sessions/end-others";

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PAGE, list).reads::<ListSessions>(),
        Route::post(END_OTHERS, end_others).serves::<EndOtherSessions>(),
        Route::post("/settings/sessions/{session}/end", end).serves::<EndSession>(),
    ]
}

async fn list(person: Person) -> Reply<Html<SessionsPage>> {
    let mut sessions = person.read(ListSessions { user: me(&person)? }).await?;
    sessions.sort_by_key(|session| !session.current);
    let others = sessions.iter().any(|session| !session.current);
    let now = person.app().clock().now();
    Ok(Html::of(SessionsPage {
        shell: frame(&person, Section::Sessions).await,
        rows: sessions.into_iter().map(|session| row(session, now)).collect(),
        end_others: if others { END_OTHERS.to_owned() } else { String::new() },
    }))
}

async fn end(person: Person, Path(id): Path<SessionId>) -> Reply<Response> {
    person.execute(EndSession { user: me(&person)?, session: id }).await?;
    if person.actor().session() == Some(id) {
        session::end(&person);
        person.tell(Flash::of(&texts::SIGNED_OUT, []));
        return Ok(lead_to("/"));
    }
    person.tell(Flash::of(&texts::SESSION_ENDED, []));
    Ok(lead_to(PAGE))
}

async fn end_others(person: Person) -> Reply<Response> {
    person.execute(EndOtherSessions { user: me(&person)? }).await?;
    person.tell(Flash::of(&texts::OTHER_SESSIONS_ENDED, []));
    Ok(lead_to(PAGE))
}

fn row(session: ListedSession, now: Timestamp) -> SessionRow {
    SessionRow {
        device: device(session.user_agent.as_deref()),
        address: session.address.unwrap_or_default(),
        began: moment(session.created_at, now),
        used: moment(session.last_seen_at, now),
        current: session.current,
        end: format!("{PAGE}/{}/end", session.id),
    }
}
