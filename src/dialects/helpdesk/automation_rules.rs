//! `/api/automation-rules`: rules that act on tickets by themselves.

use axum::extract::Path;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::automation::{self, Action, Draft, Event, Match, Operator, Rule, RuleType};
use crate::base::{Actor, Error, Result, Scope, Time};
use crate::dialects::answer::{self, Answered};
use crate::dialects::call::{Body, ByUser};
use crate::dialects::description::words::{needing, words};
use crate::dialects::given::{self, given};
use crate::store::{Conn, Tx};

words! {
    /// What a rule is for.
    RuleTypeWord = RuleType::ALL.map(RuleType::as_str);
    /// What a rule listens to.
    TriggerWord = Event::ALL.map(Event::as_str);
    /// How conditions add up.
    MatchWord = Match::ALL.map(Match::as_str);
    /// How a condition compares.
    OperatorWord = Operator::ALL.map(Operator::as_str);
    /// What an action does.
    ActionWord = Action::TYPES;
}

needing! {
    /// A rule that is to be made.
    NewAutomationRule = Sent, "name", "ruleType", "actions"
}

/// What a rule asks of a ticket.
#[derive(Deserialize, Serialize, ToSchema)]
#[schema(as = AutomationCondition)]
struct ConditionView {
    /// `status`, `priority`, `category`, …, `customFields.NAME`.
    field: String,
    #[schema(value_type = OperatorWord)]
    operator: String,
    /// Of the field's own type; null for what is empty.
    value: Value,
}

/// What a rule does.
#[derive(Deserialize, Serialize, ToSchema)]
#[schema(as = AutomationAction)]
struct ActionView {
    #[schema(value_type = ActionWord)]
    r#type: String,
    /// Of the action's own type.
    value: Value,
}

/// A rule.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AutomationRule)]
struct View {
    id: String,
    name: String,
    description: Option<String>,
    #[schema(value_type = RuleTypeWord)]
    rule_type: &'static str,
    #[schema(value_type = TriggerWord)]
    trigger: &'static str,
    #[schema(value_type = MatchWord)]
    condition_match: &'static str,
    conditions: Vec<ConditionView>,
    actions: Vec<ActionView>,
    is_active: bool,
    /// Tickets that it really changed, each time counted.
    execution_count: i64,
    last_executed_at: Option<String>,
    /// Why an action could not be done, the last time that one could not; a change that leaves the rule active clears it.
    last_error: Option<String>,
    last_error_at: Option<String>,
    /// When it was switched off because it failed ten times in a row, `lastError` being why; null once it is active again.
    switched_off_at: Option<String>,
    created_at: String,
    updated_at: String,
}

impl View {
    fn of(rule: Rule) -> Result<Self> {
        let (last_error, last_error_at) = rule.last_failure.unzip();
        Ok(Self {
            id: rule.uuid,
            name: rule.name,
            description: rule.description,
            rule_type: rule.rule_type.as_str(),
            trigger: rule.event.as_str(),
            condition_match: rule.matching.as_str(),
            conditions: serde_json::from_str(&rule.conditions).map_err(Error::internal)?,
            actions: serde_json::from_str(&rule.actions).map_err(Error::internal)?,
            is_active: rule.is_active,
            execution_count: rule.executions,
            last_executed_at: rule.last_executed_at.map(Time::to_milliseconds),
            last_error,
            last_error_at: last_error_at.map(Time::to_milliseconds),
            switched_off_at: rule.switched_off_at.map(Time::to_milliseconds),
            created_at: rule.created_at.to_milliseconds(),
            updated_at: rule.updated_at.to_milliseconds(),
        })
    }
}

/// All rules, in the order in which they run: that of their making.
#[utoipa::path(get, path = "/api/automation-rules", tag = "helpdesk",
    security(("scope" = ["settings:read"])), responses((status = 200, body = Vec<View>)))]
pub async fn list(ByUser(call): ByUser) -> Answered {
    let read = |conn: &Conn<'_>, actor: &Actor| {
        let views: Result<Vec<View>> = automation::list(conn, actor)?.into_iter().map(View::of).collect();
        answer::ok(&views?)
    };
    call.needing(Scope::SettingsRead).read(read).await
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AutomationRuleChange)]
pub(super) struct Sent {
    #[schema(max_length = 255)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    #[schema(value_type = Option<RuleTypeWord>)]
    rule_type: Option<String>,
    /// By default that of the rule's type.
    #[schema(value_type = Option<TriggerWord>)]
    trigger: Option<String>,
    /// `all` by default.
    #[schema(value_type = Option<MatchWord>)]
    condition_match: Option<String>,
    /// At most 50; none: every ticket will do.
    #[schema(value_type = Option<Vec<ConditionView>>)]
    conditions: Option<Value>,
    /// 1 to 20.
    #[schema(value_type = Option<Vec<ActionView>>)]
    actions: Option<Value>,
    /// True by default.
    is_active: Option<bool>,
}

impl Sent {
    pub(super) fn into_draft(self) -> Draft {
        Draft {
            name: self.name,
            description: self.description,
            rule_type: self.rule_type,
            trigger: self.trigger,
            condition_match: self.condition_match,
            conditions: self.conditions,
            actions: self.actions,
            is_active: self.is_active,
        }
    }
}

/// Make a rule.
///
/// `ruleType` is `ticket_creation`, `ticket_update` or `time_trigger`. `trigger` is by default that of the type:
/// `ticket.created`, `ticket.updated` (any later change of the ticket or a public answer, not a note), `time`; a
/// `ticket_update` rule may listen to `ticket.replied` alone. `conditionMatch` is `all` (the default) or `any`; without
/// conditions every ticket will do.
///
/// A condition is `{field, operator, value}`. Texts (`category` by its slug, `subject`, `description`, `customerEmail`)
/// compare without case by `is`, `is_not`, `contains`; `status`, `source`, `assigneeId`, `groupId`, `projectId` by `is`,
/// `is_not`; `priority`, from low to urgent, also by `greater_than`, `less_than`; `tags`: `is` and `contains` want every
/// tag of the value, `is_not` none of them; null asks for what is empty. `hoursSinceCreated`, `hoursSinceUpdated` and
/// `hoursUntilDue` (below zero once overdue; no condition on it holds without a due date) are numbers; `is` compares
/// whole hours. `customFields.NAME` compares as the field's type does.
///
/// An action is `{type, value}`: `set_status`, `set_priority`, `set_category` (a slug, made where there is none),
/// `assign_to` (an agent's or admin's id, null for nobody; an open ticket moves to in progress), `add_tag`.
///
/// Rules run in the transaction of the change, by creation. What a rule changed is heard by those that have not acted yet,
/// up to five times; each acts at most once. Rules on time act within seconds of a condition on hours coming true and
/// judge the ticket as of that moment, also after the server was down; once the hours are over they also act as soon as a
/// change makes their other conditions hold. They act once for each ticket and condition, and once more only when what
/// the hours are counted from moves: a new due date, or a change of the ticket that no rule made. They pass over closed
/// tickets unless a condition asks for a status. What came true before a rule was switched on is judged as of then.
///
/// Merging changes the ticket that goes on, not the one that ends in it.
///
/// Rules that would answer each other for ever are refused, by name, with 400. When an action cannot be done (the assignee
/// is gone), the rest is, and the rule tells why in `lastError`. A rule to which that happens ten times in a row is switched
/// off: admins are notified, hear `automation_rule.switched_off`, and find it in the audit log.
#[utoipa::path(post, path = "/api/automation-rules", tag = "helpdesk", security(("scope" = ["settings:write"])),
    request_body = NewAutomationRule, responses((status = 201, body = View)))]
pub async fn create(ByUser(call): ByUser) -> Answered {
    let write = |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must_be_admin()?;
        let rule = automation::create(tx, actor, &body.read::<Sent>()?.into_draft())?;
        answer::created(&View::of(rule)?)
    };
    call.needing(Scope::SettingsWrite).write(write).await
}

/// Change a rule; what is left out stays. With other conditions it begins anew.
#[utoipa::path(patch, path = "/api/automation-rules/{id}", tag = "helpdesk", security(("scope" = ["settings:write"])),
    params(("id" = String, Path, format = "uuid")), request_body = Sent, responses((status = 200, body = View)))]
pub async fn change(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, body: &Body| {
        actor.must_be_admin()?;
        let rule = automation::find(tx, actor, &given::uuid(&id)?)?;
        let rule = automation::change(tx, actor, &rule, &body.read::<Sent>()?.into_draft())?;
        answer::ok(&View::of(rule)?)
    };
    call.needing(Scope::SettingsWrite).write(write).await
}

/// Delete a rule. The trail of tickets goes on naming it.
#[utoipa::path(delete, path = "/api/automation-rules/{id}", tag = "helpdesk", security(("scope" = ["settings:write"])),
    params(("id" = String, Path, format = "uuid")), responses((status = 204)))]
pub async fn delete(Path(id): Path<String>, ByUser(call): ByUser) -> Answered {
    let write = move |tx: &Tx<'_>, actor: &Actor, _: &Body| {
        actor.must_be_admin()?;
        let rule = automation::find(tx, actor, &given::uuid(&id)?)?;
        automation::delete(tx, actor, &rule)?;
        Ok(answer::nothing())
    };
    call.needing(Scope::SettingsWrite).write(write).await
}
