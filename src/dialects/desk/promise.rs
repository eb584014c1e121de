//! Where a ticket's deadlines come from.

use axum::extract::Path;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::Who;
use crate::base::Time;
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::ByPerson;
use crate::dialects::given;
use crate::sla::{Explanation, Part};
use crate::ticket::{self, Named};

#[derive(Serialize, ToSchema)]
#[schema(as = TicketSla)]
struct View<'e> {
    clocks: Vec<ClockView<'e>>,
}

/// One clock. Times are in the hours of the policy that judges it.
#[derive(Serialize, ToSchema)]
#[schema(as = TicketClock)]
struct ClockView<'e> {
    /// `first_response` or `resolution`.
    metric: &'static str,
    /// What was promised; null where no policy sets a target.
    target_ms: Option<i64>,
    /// What counted so far, or until it was met.
    used_ms: i64,
    /// What did not count in between.
    paused_ms: i64,
    /// Null while it is paused.
    due_at: Option<String>,
    /// The deadline that was missed.
    breached_at: Option<String>,
    /// Whether now lies in the hours of the policy: then what runs counts, and what is paused counts as that.
    is_open: bool,
    /// When those hours end or begin next; null where they never do.
    turns_at: Option<String>,
    /// From the ticket's creation until now, oldest first.
    spans: Vec<SpanView<'e>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TicketClockSpan)]
struct SpanView<'e> {
    /// `running`; `pending`: the customer's turn; `finished`: resolved or closed; `answered`.
    cause: &'static str,
    /// Who began it; null for the first one, which the ticket began, and for what Gatehouse did by itself.
    by: Option<Who<'e>>,
    from: String,
    /// The present one ends now.
    to: String,
    /// What of it lies in the hours of the policy.
    open_ms: i64,
}

impl<'e> ClockView<'e> {
    fn of(clock: &Explanation, names: &'e [Named]) -> Self {
        let span = |Part { span, open }: &Part| SpanView {
            cause: span.cause.as_str(),
            by: names.iter().find(|named| Some(named.id) == span.by).map(Who::from),
            from: span.from.to_seconds(),
            to: span.to.to_seconds(),
            open_ms: *open,
        };
        Self {
            metric: clock.metric.as_str(),
            target_ms: clock.target,
            used_ms: clock.stamp.elapsed,
            paused_ms: clock.stamp.paused,
            due_at: clock.stamp.due.map(Time::to_seconds),
            breached_at: clock.stamp.breached_at.map(Time::to_seconds),
            is_open: clock.is_open,
            turns_at: clock.turns_at.map(Time::to_seconds),
            spans: clock.parts.iter().map(span).collect(),
        }
    }
}

/// Where the deadlines of a ticket come from: every span of its two clocks, who began it, and how much of it counted.
#[utoipa::path(get, path = "/api/tickets/{id}/sla", tag = "desk", params(("id" = i64, Path)),
    responses((status = 200, body = View), (status = 403)))]
pub async fn explain(Path(id): Path<String>, ByPerson(call): ByPerson) -> Answered {
    call.read(move |conn, actor| {
        actor.must_be_staff()?;
        let ticket = ticket::find(conn, actor, given::id(&id)?)?;
        let clocks = ticket::explain(conn, actor, &ticket)?;
        let names = ticket::named(conn, clocks.iter().flat_map(|clock| &clock.parts).filter_map(|part| part.span.by))?;
        answer::ok(&View { clocks: clocks.iter().map(|clock| ClockView::of(clock, &names)).collect() })
    })
    .await
}
