// The form of a rule: when it listens, what it asks, what it does, and what it would have done.
import { ActionIcon, Button, Fieldset, Group, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import {
  type HelpdeskAutomationRule,
  patchAutomationRulesById,
  postAutomationRules,
  postAutomationRulesDryRun,
} from "../api";
import { answer } from "../frame/queries";
import { Sheet, useSave } from "../frame/Sheet";
import { DryRun } from "./DryRun";
import {
  about,
  type Action,
  ACTIONS,
  type Condition,
  FIELDS,
  operators,
  readAction,
  readCondition,
  TYPES,
  writeAction,
  writeCondition,
} from "./rule";
import { RuleValue } from "./RuleValue";

const AGAIN = [["rules"]];

function Lines<T>(props: {
  legend: string;
  lines: T[];
  fresh: T;
  error: ReactNode;
  change: (lines: T[]) => void;
  children: (line: T, set: (change: Partial<T>) => void) => ReactNode;
}) {
  const { t } = useTranslation();
  const { legend, lines, fresh, error, change, children } = props;
  return (
    <Fieldset legend={legend}>
      <Stack gap="xs">
        {lines.map((line, at) => (
          <Group key={at} gap="xs" wrap="nowrap" align="flex-start">
            <Group gap="xs" grow flex={1}>
              {children(line, (part) =>
                change(lines.map((one, index) => (index === at ? { ...one, ...part } : one))),
              )}
            </Group>
            <ActionIcon
              variant="subtle"
              color="gray"
              mt={4}
              aria-label={`${t("settings.remove")}: ${legend} ${at + 1}`}
              onClick={() => change(lines.filter((_, index) => index !== at))}
            >
              <IconX size={16} />
            </ActionIcon>
          </Group>
        ))}
        {error && (
          <Text size="sm" c="red" role="alert">
            {error}
          </Text>
        )}
        <Group>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => change([...lines, fresh])}
          >
            {t("act.add")}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

/** The form. */
export function RuleForm({ rule, close }: { rule: HelpdeskAutomationRule | undefined; close: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: {
      name: rule?.name ?? "",
      description: rule?.description ?? "",
      ruleType: rule?.ruleType ?? ("ticket_creation" as const),
      conditionMatch: rule?.conditionMatch ?? ("all" as const),
      conditions: (rule?.conditions ?? []).map(readCondition),
      actions: (rule?.actions ?? []).map(readAction),
      isActive: rule?.isActive ?? true,
    },
  });
  const body = (values: typeof form.values) => ({
    ...values,
    description: values.description || null,
    conditions: values.conditions.map(writeCondition),
    actions: values.actions.map(writeAction),
    // A kept rule of the same type keeps what it listens to.
    ...(rule?.ruleType === values.ruleType && { trigger: rule.trigger }),
  });
  const save = useSave({
    ask: (values: typeof form.values) =>
      rule
        ? answer(patchAutomationRulesById({ path: { id: rule.id }, body: body(values) }))
        : answer(postAutomationRules({ body: body(values) })),
    again: AGAIN,
    done: close,
    form,
  });
  const run = useSave({
    ask: (values: typeof form.values) => {
      const { name, ...rest } = body(values);
      return answer(
        postAutomationRulesDryRun({
          body: { ...rest, ...(name && { name }) },
          query: rule ? { ruleId: rule.id } : {},
        }),
      );
    },
    again: [],
    form,
  });
  const words = (kind: string, all: readonly string[]) =>
    all.map((value) => ({ value, label: t(`settings.rule.${kind}.${value}`) }));
  const wrong = (field: string): ReactNode =>
    Object.entries(form.errors).find(([name]) => name.startsWith(field))?.[1];
  return (
    <Sheet
      title={rule?.name ?? t("settings.rule.add")}
      size="xl"
      close={close}
      pending={save.isPending}
      submit={form.onSubmit((values) => save.mutate(values))}
    >
      <TextInput label={t("settings.name")} required data-autofocus {...form.getInputProps("name")} />
      <TextInput label={t("settings.description")} {...form.getInputProps("description")} />
      <Group grow>
        <Select
          label={t("settings.rule.when")}
          data={words("type", TYPES)}
          allowDeselect={false}
          {...form.getInputProps("ruleType")}
        />
        <Select
          label={t("settings.rule.match.title")}
          data={words("match", ["all", "any"])}
          allowDeselect={false}
          {...form.getInputProps("conditionMatch")}
        />
      </Group>
      <Lines<Condition>
        legend={t("settings.rule.conditions")}
        lines={form.values.conditions}
        fresh={about("subject", "contains")}
        error={wrong("conditions")}
        change={(lines) => form.setFieldValue("conditions", lines)}
      >
        {(line, set) => (
          <>
            <Select
              aria-label={t("settings.rule.field.title")}
              // A field that is not in the list is one of the custom ones.
              data={[
                ...words("field", FIELDS),
                ...(FIELDS.some((field) => field === line.field)
                  ? []
                  : [{ value: line.field, label: line.field }]),
              ]}
              value={line.field}
              onChange={(field) => field && field !== line.field && set(about(field, line.operator))}
              allowDeselect={false}
            />
            <Select
              aria-label={t("settings.rule.operator.title")}
              data={words("operator", operators(line.field))}
              value={line.operator}
              onChange={(operator) => operator && set({ operator: operator as Condition["operator"] })}
              allowDeselect={false}
            />
            <RuleValue
              of={line.field}
              value={line.value}
              several={line.several}
              change={(value) => set({ value })}
            />
          </>
        )}
      </Lines>
      <Lines<Action>
        legend={t("settings.rule.actions")}
        lines={form.values.actions}
        fresh={{ type: "set_priority", value: "high" }}
        error={wrong("actions")}
        change={(lines) => form.setFieldValue("actions", lines)}
      >
        {(line, set) => (
          <>
            <Select
              aria-label={t("settings.rule.action.title")}
              data={words("action", ACTIONS)}
              value={line.type}
              onChange={(type) =>
                type && type !== line.type && set({ type: type as Action["type"], value: "" })
              }
              allowDeselect={false}
            />
            <RuleValue of={line.type} value={line.value} change={(value) => set({ value })} />
          </>
        )}
      </Lines>
      <Switch label={t("settings.active")} {...form.getInputProps("isActive", { type: "checkbox" })} />
      <Group>
        <Button variant="default" loading={run.isPending} onClick={() => run.mutate(form.values)}>
          {t("settings.rule.dryRun")}
        </Button>
      </Group>
      {run.data && <DryRun run={run.data} />}
    </Sheet>
  );
}
