// Whose a device is.
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

import type { DeskUser } from "../api";
import { owner, owners } from "./peer";

const option = (user: DeskUser) => ({ value: String(user.id), label: `${user.name} · ${user.email}` });

/** Chooses a user, who is found while one types. */
export function OwnerSelect(props: {
  value: string | null;
  onChange: (value: string | null) => void;
  error?: ReactNode;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const current = useQuery({ ...owner(Number(props.value)), enabled: props.value !== null }).data;
  const chosen = current && "user" in current ? current.user : undefined;
  const label = chosen && option(chosen).label;
  const [search] = useDebouncedValue(text === label ? "" : text.trim(), 200);
  const found = useQuery({ ...owners(search), placeholderData: keepPreviousData });
  const users = found.data?.data ?? [];
  const all = chosen && !users.some((user) => user.id === chosen.id) ? [chosen, ...users] : users;
  return (
    <Select
      label={t("device.owner")}
      description={t("device.ownerHint")}
      placeholder={t("device.ownerFind")}
      data={all.map(option)}
      value={props.value}
      onChange={props.onChange}
      error={props.error}
      onSearchChange={setText}
      // The server has searched already, and in more than what is shown.
      filter={({ options }) => options}
      nothingFoundMessage={t("device.ownerNone")}
      searchable
      clearable
      clearButtonProps={{ "aria-label": t("device.ownerClear") }}
    />
  );
}

/** The owner's name. */
export function OwnerName({ user }: { user: string }) {
  const found = useQuery(owner(Number(user))).data;
  return <>{found && "user" in found ? option(found.user).label : `#${user}`}</>;
}
