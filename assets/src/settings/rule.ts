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
export const SOURCES = ["portal", "api", "email"] as const;

const OPERATORS: Record<"same" | "text" | "order" | "any", readonly HelpdeskOperatorWord[]> = {
  same: ["is", "is_not"],
  text: ["is", "is_not", "contains"],
  order: ["is", "is_not", "greater_than", "less_than"],
  any: ["is", "is_not", "contains", "greater_than", "less_than"],
};
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

const KINDS: Record<(typeof FIELDS)[number], keyof typeof OPERATORS> = {
  status: "same",
  priority: "order",
  category: "text",
  subject: "text",
  description: "text",
  customerEmail: "text",
  source: "same",
  assigneeId: "same",
  groupId: "same",
  projectId: "same",
  tags: "text",
  hoursSinceCreated: "order",
  hoursSinceUpdated: "order",
  hoursUntilDue: "order",
};

/** How a field can be compared; the API knows of those that this instance has of its own. */
export const operators = (field: string): readonly HelpdeskOperatorWord[] =>
  OPERATORS[(KINDS as Record<string, keyof typeof OPERATORS>)[field] ?? "any"];

/** A condition as a form holds it. */
export interface Condition {
  field: string;
  operator: HelpdeskOperatorWord;
  /** Of several values, all of them with commas between. */
  value: string;
  several: boolean;
}

/** An action as a form holds it. */
export interface Action {
  type: HelpdeskActionWord;
  value: string;
}

/** A condition about another field than before: nothing to compare with yet, and compared as before where that can be. */
export function about(field: string, operator: HelpdeskOperatorWord): Condition {
  const fitting = operators(field).includes(operator) ? operator : "is";
  return { field, operator: fitting, value: "", several: field === "tags" };
}

/** Words that the rest of the console spells in another way. */
const SPELLED: Record<string, string> = { pending: "pending_customer", urgent: "critical" };

const spelled = (of: string, value: string): string =>
  /^(set_)?(status|priority)$/.test(of) ? (SPELLED[value] ?? value) : value;

const text = (value: unknown): string =>
  value === null || value === undefined ? "" : Array.isArray(value) ? value.join(", ") : String(value);

/** What was kept, for a form. */
export const readCondition = ({ field, operator, value }: HelpdeskAutomationCondition): Condition => ({
  field,
  operator,
  value: spelled(field, text(value)),
  several: field === "tags" || Array.isArray(value),
});

/** What was kept, for a form. */
export const readAction = ({ type, value }: HelpdeskAutomationAction): Action => ({
  type,
  value: spelled(type, text(value)),
});

/** A condition for the API: hours are numbers, several values a list, and nothing is null. */
export function writeCondition({ field, operator, value, several }: Condition): HelpdeskAutomationCondition {
  const said = value.trim();
  if (said === "") return { field, operator, value: null };
  if (field.startsWith("hours")) return { field, operator, value: Number(said) };
  if (several) return { field, operator, value: said.split(/\s*,\s*/) };
  return { field, operator, value: said };
}

/** An action for the API. */
export const writeAction = ({ type, value }: Action): HelpdeskAutomationAction => ({
  type,
  value: value.trim() || null,
});
