// What a rule compares with or sets: a choice where only some words will do, and a text elsewhere.
import { Autocomplete, NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { DeskCategoryBranch } from "../api";
import { staff } from "../person/person";
import type { Choice } from "../ticket/choices";
import { PRIORITIES, STATUSES } from "../ticket/filter";
import { projects } from "./project";
import { SOURCES } from "./rule";
import { categories, groups, tags } from "./sets";

function slugs(branches: DeskCategoryBranch[], above = ""): Choice[] {
  return branches.flatMap(({ name, slug, children }) => {
    const label = above + name;
    return [{ value: slug, label }, ...slugs(children, `${label} / `)];
  });
}

/** What a field or an action can be given; undefined where that is any text. */
function useChoices(of: string): Choice[] | undefined {
  const { t } = useTranslation();
  const kind = { assign_to: "assigneeId" }[of] ?? of.replace(/^set_/, "");
  const asks = (one: string) => ({ enabled: kind === one });
  const people = useQuery({ ...staff, ...asks("assigneeId") });
  const tree = useQuery({ ...categories, ...asks("category") });
  const bands = useQuery({ ...groups, ...asks("groupId") });
  const places = useQuery({ ...projects, ...asks("projectId") });
  const words = (all: readonly string[], path: string) =>
    all.map((value) => ({ value, label: t(`${path}.${value}`) }));
  switch (kind) {
    case "status":
      return words(STATUSES, "ticket.status");
    case "priority":
      return words(PRIORITIES, "ticket.priority");
    case "source":
      return words(SOURCES, "settings.rule.source");
    case "category":
      return slugs(tree.data ?? []);
    case "assigneeId":
      return (people.data ?? []).map(({ uuid, name }) => ({ value: uuid, label: name }));
    case "groupId":
      return (bands.data ?? []).map(({ id, name }) => ({ value: id, label: name }));
    case "projectId":
      return (places.data ?? []).map(({ uuid, name }) => ({ value: uuid, label: name }));
    default:
      return undefined;
  }
}

/** The input. */
export function RuleValue(props: {
  of: string;
  value: string;
  several?: boolean;
  change: (value: string) => void;
}) {
  const { t } = useTranslation();
  const { of, value, several = false, change } = props;
  const known = useChoices(of);
  const takesTags = of === "tags" || of === "add_tag";
  const names = (useQuery({ ...tags, enabled: takesTags }).data ?? []).map(({ name }) => name);
  const common = { "aria-label": t("settings.rule.value"), placeholder: t("settings.rule.nothing") };
  if (several) {
    const all = value.split(/\s*,\s*/).filter(Boolean);
    return (
      <TagsInput {...common} data={names} value={all} onChange={(picked) => change(picked.join(", "))} />
    );
  }
  if (of === "add_tag") return <Autocomplete {...common} data={names} value={value} onChange={change} />;
  if (of.startsWith("hours"))
    return <NumberInput {...common} value={value} onChange={(hours) => change(String(hours))} />;
  if (!known)
    return <TextInput {...common} value={value} onChange={(event) => change(event.currentTarget.value)} />;
  const isListed = value === "" || known.some((choice) => choice.value === value);
  return (
    <Select
      {...common}
      // What a kept rule names may be gone, or be called by another id here.
      data={isListed ? known : [...known, { value, label: value }]}
      value={value || null}
      onChange={(picked) => change(picked ?? "")}
      searchable
      clearable
    />
  );
}
