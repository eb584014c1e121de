// What a list of tickets is narrowed to, chosen.
import { Button, Collapse, Group, Select, SimpleGrid, Switch, TextInput } from "@mantine/core";
import { useDebouncedCallback, useDisclosure } from "@mantine/hooks";
import { IconFilter, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { isAdmin, useMe } from "../session/session";
import { categories, type Choice, projects, staff } from "./choices";
import { DUE, type Filter, type Narrowing, PRIORITIES, type Priority, type Status, STATUSES } from "./filter";

interface Narrow {
  filter: Filter;
  narrow: (change: Narrowing) => void;
}

function More({ filter, narrow }: Narrow) {
  const { t } = useTranslation();
  const me = useMe();
  const people = useQuery({ ...staff, enabled: isAdmin(me) }).data ?? [
    { value: String(me.id), label: me.name },
  ];
  const select = (
    name: "project_id" | "category_id" | "assigned_to",
    label: string,
    data: Choice[] | undefined,
  ) => (
    <Select
      aria-label={label}
      placeholder={label}
      data={data ?? []}
      value={filter[name] === undefined ? null : String(filter[name])}
      onChange={(value) => narrow({ [name]: value ? Number(value) : undefined })}
      searchable
      clearable
    />
  );
  const yes = (name: "unfinished" | "unassigned" | "overdue" | "deleted", label: string) => (
    <Switch
      label={label}
      checked={filter[name] ?? false}
      onChange={(event) => narrow({ [name]: event.currentTarget.checked || undefined })}
    />
  );
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="xs">
        <Select
          aria-label={t("ticket.priority.title")}
          placeholder={t("ticket.priority.title")}
          data={PRIORITIES.map((value) => ({ value, label: t(`ticket.priority.${value}`) }))}
          value={filter.priority ?? null}
          onChange={(value) => narrow({ priority: (value as Priority | null) ?? undefined })}
          clearable
        />
        {select("project_id", t("ticket.project"), useQuery(projects).data)}
        {select("category_id", t("ticket.category"), useQuery(categories).data)}
        {select("assigned_to", t("ticket.assignee"), people)}
        <Select
          aria-label={t("ticket.due.title")}
          placeholder={t("ticket.due.title")}
          data={DUE.map((minutes) => ({ value: String(minutes), label: t(`ticket.due.${minutes}`) }))}
          value={filter.due_within ? String(filter.due_within) : null}
          onChange={(value) => narrow({ due_within: value ? Number(value) : undefined })}
          clearable
        />
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

/** Search and status at hand, everything else one press away. */
export function Filters({ filter, narrow }: Narrow) {
  const { t } = useTranslation();
  const search = useDebouncedCallback((text: string) => narrow({ search: text || undefined }), 250);
  const { page: _, search: __, status: ___, ...others } = filter;
  const count = Object.keys(others).length;
  const [opened, { toggle }] = useDisclosure(count > 0);
  return (
    <div role="search">
      <Group gap="xs">
        <TextInput
          aria-label={t("ticket.search")}
          placeholder={t("ticket.search")}
          leftSection={<IconSearch size={16} aria-hidden />}
          key={filter.search === undefined ? "empty" : "given"}
          defaultValue={filter.search ?? ""}
          onChange={(event) => search(event.currentTarget.value)}
          w={{ base: "100%", xs: 280 }}
        />
        <Select
          aria-label={t("ticket.status.title")}
          placeholder={t("ticket.status.title")}
          data={STATUSES.map((value) => ({ value, label: t(`ticket.status.${value}`) }))}
          value={filter.status ?? null}
          onChange={(value) => narrow({ status: (value as Status | null) ?? undefined })}
          clearable
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
      <Collapse expanded={opened} pt="xs">
        <More filter={filter} narrow={narrow} />
      </Collapse>
    </div>
  );
}
