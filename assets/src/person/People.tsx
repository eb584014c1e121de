// The list of people: searched and filtered by the address.
import { Badge, Button, Group, Select, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { type DeskRoleWord, type DeskUser, postAdminUsers } from "../api";
import { ago } from "../figures";
import { ButtonLink, TextLink } from "../frame/links";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { type Column, Pager, Rows } from "../frame/Rows";
import { Sheet, useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { clean, type Filter, people, ROLES } from "./person";
import { body, PersonFields, usePersonForm, type Values } from "./PersonFields";

function NewPerson({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const form = usePersonForm();
  const save = useSave({
    ask: (values: Values) => {
      const { email_verified: _, ...user } = body(values);
      return answer(postAdminUsers({ body: user }));
    },
    again: [["people"]],
    done: ({ user }) => void navigate({ to: "/console/people/$id", params: { id: String(user.id) } }),
    form,
  });
  return (
    <Sheet
      title={t("person.add")}
      word={t("act.add")}
      close={close}
      pending={save.isPending}
      submit={form.onSubmit((values) => save.mutate(values))}
    >
      <PersonFields form={form} fresh />
    </Sheet>
  );
}

function Filters({ filter, narrow }: { filter: Filter; narrow: (change: Partial<Filter>) => void }) {
  const { t } = useTranslation();
  const change = narrow as (change: { [K in keyof Filter]?: Filter[K] | undefined }) => void;
  const search = useDebouncedCallback((text: string) => change({ search: text || undefined }), 250);
  return (
    <Group gap="xs" role="search">
      <TextInput
        aria-label={t("person.search")}
        placeholder={t("person.search")}
        leftSection={<IconSearch size={16} aria-hidden />}
        defaultValue={filter.search ?? ""}
        onChange={(event) => search(event.currentTarget.value)}
        w={280}
      />
      <Select
        aria-label={t("person.role.title")}
        placeholder={t("person.role.title")}
        data={ROLES.map((value) => ({ value, label: t(`person.role.${value}`) }))}
        value={filter.role ?? null}
        onChange={(value) => change({ role: (value as DeskRoleWord | null) ?? undefined })}
        clearable
        w={180}
      />
      <Select
        aria-label={t("person.state")}
        placeholder={t("person.state")}
        data={[
          { value: "true", label: t("person.active") },
          { value: "false", label: t("person.inactive") },
        ]}
        value={filter.active === undefined ? null : String(filter.active)}
        onChange={(value) => change({ active: value === null ? undefined : value === "true" })}
        clearable
        w={160}
      />
    </Group>
  );
}

/** Everybody who has an account. */
export function People() {
  const { t } = useTranslation();
  const filter = useSearch({ from: "/console/admin/people" });
  const navigate = useNavigate({ from: "/console/people" });
  const [adding, setAdding] = useState(false);
  const { page = 1, ...rest } = filter;
  const found = useQuery({ ...people(filter), placeholderData: keepPreviousData });
  const columns: Column<DeskUser>[] = [
    {
      label: t("person.name"),
      cell: (user) => (
        <>
          <TextLink to="/console/people/$id" params={{ id: String(user.id) }} fw={550}>
            {user.name}
          </TextLink>
          <Text size="xs" c="dimmed">
            {user.email}
          </Text>
        </>
      ),
    },
    { label: t("person.role.title"), cell: (user) => t(`person.role.${user.role}`) },
    {
      label: t("person.state"),
      cell: (user) => (
        <Badge variant="light" color={user.is_active ? "teal" : "gray"}>
          {t(user.is_active ? "person.active" : "person.inactive")}
        </Badge>
      ),
    },
    { label: t("person.department"), cell: (user) => user.department },
    {
      label: t("person.lastLogin"),
      cell: (user) => (user.last_login_at ? ago(user.last_login_at) : t("person.never")),
    },
    { label: t("person.created"), cell: (user) => ago(user.created_at) },
  ];
  return (
    <Page
      title={t("place.people")}
      hint={found.data && t("person.count", { count: found.data.total })}
      actions={
        <>
          <ButtonLink to="/console/settings/tables" search={{ of: "contacts" }} variant="default">
            {t("table.link")}
          </ButtonLink>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
            {t("person.add")}
          </Button>
        </>
      }
    >
      <Filters
        filter={filter}
        narrow={(change) => void navigate({ search: clean({ ...rest, ...change }), replace: true })}
      />
      <Loaded query={found}>
        {({ data, last_page }) => (
          <>
            <Rows
              rows={data}
              columns={columns}
              id={(user) => user.id}
              none={t("person.none")}
              noneHint={t("person.noneHint")}
              minWidth={820}
            />
            <Pager
              page={page}
              last={last_page}
              go={(to) => void navigate({ search: clean({ ...rest, page: to > 1 ? to : undefined }) })}
            />
          </>
        )}
      </Loaded>
      {adding && <NewPerson close={() => setAdding(false)} />}
    </Page>
  );
}
