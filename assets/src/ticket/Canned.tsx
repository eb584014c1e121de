// Texts to answer with, filled in for a ticket.
import { ActionIcon, Menu, ScrollArea, Text, TextInput, Tooltip } from "@mantine/core";
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
  const [opened, setOpened] = useState(false);
  const texts = useQuery({ ...canned, enabled: opened });
  const pick = useMutation({
    mutationFn: (id: number) => answer(getCannedResponsesByIdRendered({ path: { id }, query: { ticket } })),
    onSuccess: (rendered) => use(rendered.canned_response.body),
  });
  const wanted = search.trim().toLowerCase();
  const found = (texts.data ?? []).filter((text) =>
    [text.title, text.shortcut ?? "", text.body].some((part) => part.toLowerCase().includes(wanted)),
  );
  return (
    <Menu opened={opened} onChange={setOpened} width={320} position="top-start" closeOnItemClick>
      <Menu.Target>
        <Tooltip label={t("ticket.canned")}>
          <ActionIcon variant="default" size="lg" aria-label={t("ticket.canned")} loading={pick.isPending}>
            <IconMessage2Bolt size={18} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <TextInput
          m={4}
          data-autofocus
          aria-label={t("ticket.cannedSearch")}
          placeholder={t("ticket.cannedSearch")}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <ScrollArea.Autosize mah={280}>
          {found.map((text) => (
            <Menu.Item key={text.id} onClick={() => pick.mutate(text.id)}>
              <Text size="sm" fw={600}>
                {text.title} {text.shortcut && <Text span size="xs" c="dimmed">{`/${text.shortcut}`}</Text>}
              </Text>
              <Text size="xs" c="dimmed" lineClamp={2}>
                {text.body}
              </Text>
            </Menu.Item>
          ))}
          {texts.isSuccess && found.length === 0 && (
            <Text size="sm" c="dimmed" p="xs">
              {t("ticket.cannedNone")}
            </Text>
          )}
        </ScrollArea.Autosize>
      </Menu.Dropdown>
    </Menu>
  );
}
