// Texts to answer with, filled in for a ticket.
import { ActionIcon, Combobox, ScrollArea, Text, useCombobox } from "@mantine/core";
import { IconMessage2Bolt } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { getCannedResponsesByIdRendered } from "../api";
import { answer } from "../frame/queries";
import { canned } from "./choices";

/** Picks a text; `use` gets it with what it says of the ticket filled in. */
export function Canned({ ticket, use }: { ticket: number; use: (text: string) => void }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const box = useCombobox({
    onDropdownOpen: () => box.focusSearchInput(),
    onDropdownClose: () => {
      box.resetSelectedOption();
      setSearch("");
    },
  });
  const texts = useQuery({ ...canned, enabled: box.dropdownOpened });
  const pick = useMutation({
    mutationFn: (id: number) => answer(getCannedResponsesByIdRendered({ path: { id }, query: { ticket } })),
    onSuccess: (rendered) => use(rendered.canned_response.body),
  });
  const wanted = search.trim().toLowerCase();
  const found = (texts.data ?? []).filter((text) =>
    [text.title, text.shortcut ?? "", text.body].some((part) => part.toLowerCase().includes(wanted)),
  );
  return (
    <Combobox
      store={box}
      width={320}
      position="top-start"
      onOptionSubmit={(id) => {
        pick.mutate(Number(id));
        box.closeDropdown();
      }}
    >
      <Combobox.Target targetType="button">
        <ActionIcon
          variant="default"
          size="lg"
          title={t("ticket.canned")}
          aria-label={t("ticket.canned")}
          loading={pick.isPending}
          onClick={() => box.toggleDropdown()}
        >
          <IconMessage2Bolt size={18} />
        </ActionIcon>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          aria-label={t("ticket.cannedSearch")}
          placeholder={t("ticket.cannedSearch")}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Combobox.Options aria-label={t("ticket.canned")}>
          <ScrollArea.Autosize mah={280}>
            {found.map((text) => (
              <Combobox.Option key={text.id} value={String(text.id)}>
                <Text size="sm" fw={600}>
                  {text.title} {text.shortcut && <Text span size="xs" c="dimmed">{`/${text.shortcut}`}</Text>}
                </Text>
                <Text size="xs" c="dimmed" lineClamp={2}>
                  {text.body}
                </Text>
              </Combobox.Option>
            ))}
            {texts.isSuccess && found.length === 0 && (
              <Combobox.Empty>{t("ticket.cannedNone")}</Combobox.Empty>
            )}
          </ScrollArea.Autosize>
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
