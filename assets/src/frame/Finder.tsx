// Ctrl K: goes anywhere, and finds tickets while one types.
import { MantineThemeProvider } from "@mantine/core";
import { Spotlight, type SpotlightActionData } from "@mantine/spotlight";
import { useDebouncedValue } from "@mantine/hooks";
import { IconArrowRight, IconSearch, IconTicket } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { getTickets } from "../api";
import { isAdmin, useMe } from "../session/session";
import { answer } from "./queries";

const EVERYBODYS = ["tickets", "servers", "knowledge", "settings"] as const;
const ADMINS = ["devices", "people", "companies", "reports", "audit"] as const;

/** The box that finds anything. */
export function Finder() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const admin = isAdmin(useMe());
  const [text, setText] = useState("");
  const [search] = useDebouncedValue(text.trim(), 150);
  const found = useQuery({
    queryKey: ["find", search],
    queryFn: () => answer(getTickets({ query: { search, per_page: 8 } })),
    enabled: search.length > 1,
  });
  const places: SpotlightActionData[] = [...EVERYBODYS, ...(admin ? ADMINS : [])].map((place) => ({
    id: place,
    label: t(`place.${place}`),
    leftSection: <IconArrowRight size={18} aria-hidden />,
    onClick: () => void navigate({ to: `/console/${place}` }),
  }));
  const rows = found.data && "data" in found.data ? found.data.data : [];
  const tickets: SpotlightActionData[] = rows.map((ticket) => ({
    id: `ticket-${ticket.id}`,
    label: ticket.subject,
    description: ticket.ticket_number,
    keywords: text,
    leftSection: <IconTicket size={18} aria-hidden />,
    onClick: () => void navigate({ to: "/console/tickets/$id", params: { id: String(ticket.id) } }),
  }));
  // The library gives its box no name.
  const named = { components: { ModalContent: { defaultProps: { "aria-label": t("find.title") } } } };
  return (
    <MantineThemeProvider inherit theme={named}>
      <Spotlight
        actions={[...tickets, ...places]}
        query={text}
        onQueryChange={setText}
        shortcut={["mod + K"]}
        nothingFound={t("find.nothing")}
        searchProps={{
          leftSection: <IconSearch size={18} aria-hidden />,
          placeholder: t("find.placeholder"),
        }}
        highlightQuery
        limit={12}
      />
    </MantineThemeProvider>
  );
}
