// Finding another ticket by its number, its subject or what was written.
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { type DeskPaginatedTicketRow, getTickets } from "../api";
import { answer } from "../frame/queries";

/** A field that finds tickets while one types; `project` narrows it to one project. */
export function Pick(props: {
  label: string;
  except: number;
  project?: number;
  value: number | null;
  pick: (ticket: number | null) => void;
  autoFocus?: boolean;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [search] = useDebouncedValue(text.trim(), 200);
  const { project } = props;
  const found = useQuery({
    queryKey: ["find", "pick", search, project],
    queryFn: async () => {
      const query = { per_page: 8, ...(search && { search }), ...(project && { project_id: project }) };
      return ((await answer(getTickets({ query }))) as DeskPaginatedTicketRow).data;
    },
    placeholderData: keepPreviousData,
  });
  const rows = (found.data ?? []).filter((row) => row.id !== props.except);
  return (
    <Select
      label={props.label}
      placeholder={t("linked.find")}
      data={rows.map((row) => ({ value: String(row.id), label: `${row.ticket_number} ${row.subject}` }))}
      value={props.value === null ? null : String(props.value)}
      onChange={(value) => props.pick(value ? Number(value) : null)}
      searchValue={text}
      onSearchChange={setText}
      // The server has looked already, and in more than the label.
      filter={({ options }) => options}
      nothingFoundMessage={found.isFetching ? t("loading") : t("linked.nothing")}
      data-autofocus={props.autoFocus}
      searchable
      clearable
    />
  );
}
