// Rules that change tickets by themselves.
import { Switch, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import {
  deleteAutomationRulesById,
  getAutomationRules,
  type HelpdeskAutomationRule,
  patchAutomationRulesById,
} from "../api";
import { ago, exact } from "../figures";
import { Acts } from "../frame/Acts";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { AddButton } from "./AddButton";
import { RuleForm } from "./RuleForm";

const AGAIN = [["rules"]];

/** All of them, in the order in which they run. */
export function Rules() {
  const { t } = useTranslation();
  const [open, setOpen] = useState<HelpdeskAutomationRule | "new" | null>(null);
  const rules = useQuery({ queryKey: ["rules"], queryFn: () => answer(getAutomationRules()) });
  const turn = useSave({
    ask: ({ id, isActive }: { id: string; isActive: boolean }) =>
      answer(patchAutomationRulesById({ path: { id }, body: { isActive } })),
    again: AGAIN,
  });
  const remove = useSave({
    ask: (id: string) => answer(deleteAutomationRulesById({ path: { id } })),
    again: AGAIN,
  });
  const columns: Column<HelpdeskAutomationRule>[] = [
    {
      label: t("settings.active"),
      cell: (rule) => (
        <Switch
          aria-label={`${t("settings.active")}: ${rule.name}`}
          checked={rule.isActive}
          onChange={(event) => turn.mutate({ id: rule.id, isActive: event.currentTarget.checked })}
        />
      ),
    },
    {
      label: t("settings.name"),
      cell: (rule) => (
        <>
          <Text size="sm" fw={550}>
            {rule.name}
          </Text>
          <Text size="xs" c={rule.lastError ? "red" : "dimmed"}>
            {rule.lastError ?? rule.description}
          </Text>
        </>
      ),
    },
    { label: t("settings.rule.when"), cell: (rule) => t(`settings.rule.type.${rule.ruleType}`) },
    { label: t("settings.rule.acted"), figure: true, cell: (rule) => exact(rule.executionCount) },
    { label: t("settings.rule.last"), cell: (rule) => rule.lastExecutedAt && ago(rule.lastExecutedAt) },
    {
      label: t("act.title"),
      unseen: true,
      cell: (rule) => (
        <Acts
          name={rule.name}
          edit={() => setOpen(rule)}
          remove={{ text: t("settings.rule.deleteHint"), act: () => remove.mutate(rule.id) }}
        />
      ),
    },
  ];
  return (
    <Page
      title={t("settings.area.rules")}
      actions={<AddButton word={t("settings.rule.add")} act={() => setOpen("new")} />}
    >
      <Loaded query={rules}>
        {(rows) => (
          <Rows
            rows={rows}
            columns={columns}
            id={(rule) => rule.id}
            none={t("settings.rule.none")}
            noneHint={t("settings.rule.noneHint")}
            minWidth={780}
          />
        )}
      </Loaded>
      {open && <RuleForm rule={open === "new" ? undefined : open} close={() => setOpen(null)} />}
    </Page>
  );
}
