// What a list of tickets is narrowed to, chosen.
import { Button, Collapse, Group, Select, SimpleGrid, Switch, TextInput } from "@mantine/core";
import { useDebouncedCallback, useDisclosure } from "@mantine/hooks";
import { IconFilter, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { memo, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";

import { isAdmin, useMe } from "../session/session";
import { categories, type Choice, projects, staff } from "./choices";
import { DUE, type Filter, type Narrowing, PRIORITIES, STATUSES } from "./filter";

interface Narrow {
  filter: Filter;
  /** Never another one: what does not change is not drawn anew. */
  narrow: (change: Narrowing) => void;
}

interface Part {
  label: string;
  narrow: Narrow["narrow"];
}

const NOTHING: Choice[] = [];

type Chosen = "status" | "priority" | "project_id" | "category_id" | "assigned_to" | "due_within";

/** One of several: the words of the desk's surface are chosen as they are, everything else is a number. */
const Choose = memo(function Choose(
  props: Part & {
    name: Chosen;
    value: string | number | undefined;
    data: Choice[] | undefined;
    searchable?: boolean;
    w?: number;
  },
) {
  const { name, label, value, data = NOTHING, narrow, searchable, w } = props;
  const isWord = name === "status" || name === "priority";
  return (
    <Select
      aria-label={label}
      placeholder={label}
      data={data}
      value={value === undefined ? null : String(value)}
      onChange={(chosen) => narrow({ [name]: chosen ? (isWord ? chosen : Number(chosen)) : undefined })}
      searchable={searchable}
      clearable
      w={w}
    />
  );
});

type Flag = "unfinished" | "unassigned" | "overdue" | "deleted";

const Yes = memo(function Yes({ name, label, on, narrow }: Part & { name: Flag; on: boolean }) {
  return (
    <Switch
      label={label}
      checked={on}
      onChange={(event) => narrow({ [name]: event.currentTarget.checked || undefined })}
    />
  );
});

function useChoices<T extends string | number>(all: readonly T[], prefix: "status" | "priority" | "due") {
  const { t } = useTranslation();
  return useMemo(
    () => all.map((value): Choice => ({ value: String(value), label: t(`ticket.${prefix}.${value}`) })),
    [t, all, prefix],
  );
}

function More({ filter, narrow }: Narrow) {
  const { t } = useTranslation();
  const me = useMe();
  const own = useMemo(() => [{ value: String(me.id), label: me.name }], [me]);
  const lists = {
    priority: useChoices(PRIORITIES, "priority"),
    project_id: useQuery(projects).data,
    category_id: useQuery(categories).data,
    assigned_to: useQuery({ ...staff, enabled: isAdmin(me) }).data ?? own,
    due_within: useChoices(DUE, "due"),
  };
  const choose = (name: keyof typeof lists, label: string, searchable?: boolean) => (
    <Choose {...{ name, label, narrow, searchable }} value={filter[name]} data={lists[name]} />
  );
  const yes = (name: Flag, label: string) => <Yes {...{ name, label, narrow }} on={filter[name] ?? false} />;
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="xs">
        {choose("priority", t("ticket.priority.title"))}
        {choose("project_id", t("ticket.project"), true)}
        {choose("category_id", t("ticket.category"), true)}
        {choose("assigned_to", t("ticket.assignee"), true)}
        {choose("due_within", t("ticket.due.title"))}
      </SimpleGrid>
      <Group gap="lg" mt="sm">
        {yes("unfinished", t("ticket.unfinished"))}
        {yes("unassigned", t("ticket.unassigned"))}
        {yes("overdue", t("ticket.breached"))}
        {isAdmin(me) && yes("deleted", t("ticket.onlyDeleted"))}
      </Group>
    </>
  );
}

const Search = memo(function Search({ text, narrow }: { text: string; narrow: Narrow["narrow"] }) {
  const { t } = useTranslation();
  const search = useDebouncedCallback((text: string) => narrow({ search: text || undefined }), 250);
  const field = useRef<HTMLInputElement>(null);
  // Whoever types is ahead of the address.
  useEffect(() => {
    const { current } = field;
    if (current && current !== document.activeElement) current.value = text;
  }, [text]);
  return (
    <TextInput
      ref={field}
      aria-label={t("ticket.search")}
      placeholder={t("ticket.search")}
      leftSection={<IconSearch size={16} aria-hidden />}
      defaultValue={text}
      onChange={({ currentTarget }) => {
        search(currentTarget.value);
        // Nothing more will come.
        if (currentTarget.value === "") search.flush();
      }}
      w={{ base: "100%", xs: 280 }}
    />
  );
});

/** Search and status at hand, everything else one press away. */
export const Filters = memo(function Filters({ filter, narrow }: Narrow) {
  const { t } = useTranslation();
  const statuses = useChoices(STATUSES, "status");
  const { page: _, search, status, ...others } = filter;
  const count = Object.keys(others).length;
  const [opened, { toggle }] = useDisclosure(count > 0);
  return (
    <div role="search">
      <Group gap="xs">
        <Search text={search ?? ""} narrow={narrow} />
        <Choose
          name="status"
          label={t("ticket.status.title")}
          value={status}
          data={statuses}
          narrow={narrow}
          w={170}
        />
        <Button
          variant={count > 0 ? "light" : "default"}
          leftSection={<IconFilter size={16} aria-hidden />}
          aria-expanded={opened}
          onClick={toggle}
        >
          {count > 0 ? t("ticket.filtersOn", { count }) : t("ticket.filters")}
        </Button>
      </Group>
      <Collapse expanded={opened} keepMounted={false} pt="xs">
        <More filter={filter} narrow={narrow} />
      </Collapse>
    </div>
  );
});
