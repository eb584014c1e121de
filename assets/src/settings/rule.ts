// What rules are made of: the words of the API, and how a form holds them.
import type {
  HelpdeskActionWord,
  HelpdeskAutomationAction,
  HelpdeskAutomationCondition,
  HelpdeskOperatorWord,
  HelpdeskRuleTypeWord,
} from "../api";

export const TYPES: readonly HelpdeskRuleTypeWord[] = ["ticket_creation", "ticket_update", "time_trigger"];
export const ACTIONS: readonly HelpdeskActionWord[] = [
  "set_status",
  "set_priority",
  "set_category",
  "assign_to",
  "add_tag",
];
export const OPERATORS: readonly HelpdeskOperatorWord[] = [
  "is",
  "is_not",
  "contains",
  "greater_than",
  "less_than",
];
export const FIELDS = [
  "status",
  "priority",
  "category",
  "subject",
  "description",
  "customerEmail",
  "source",
  "assigneeId",
  "groupId",
  "projectId",
  "tags",
  "hoursSinceCreated",
  "hoursSinceUpdated",
  "hoursUntilDue",
] as const;

/** A condition as a form holds it. */
export interface Condition {
  field: string;
  operator: HelpdeskOperatorWord;
  value: string;
}

/** An action as a form holds it. */
export interface Action {
  type: HelpdeskActionWord;
  value: string;
}

const text = (value: unknown): string =>
  value === null || value === undefined ? "" : Array.isArray(value) ? value.join(", ") : String(value);

/** What was kept, for a form. */
export const readCondition = ({ field, operator, value }: HelpdeskAutomationCondition): Condition => ({
  field,
  operator,
  value: text(value),
});

/** What was kept, for a form. */
export const readAction = ({ type, value }: HelpdeskAutomationAction): Action => ({
  type,
  value: text(value),
});

/** A condition for the API: hours are numbers, tags a list, and nothing is null. */
export function writeCondition({ field, operator, value }: Condition): HelpdeskAutomationCondition {
  const said = value.trim();
  if (said === "") return { field, operator, value: null };
  if (field.startsWith("hours")) return { field, operator, value: Number(said) };
  if (field === "tags") return { field, operator, value: said.split(/\s*,\s*/) };
  return { field, operator, value: said };
}

/** An action for the API. */
export const writeAction = ({ type, value }: Action): HelpdeskAutomationAction => ({
  type,
  value: value.trim() || null,
});
