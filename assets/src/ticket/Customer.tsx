// Whose ticket it is, and what else they wrote about.
import { Anchor, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { type DeskPaginatedTicketRow, type DeskTicket, getTickets } from "../api";
import { Face } from "../frame/Face";
import { TextLink } from "../frame/links";
import { answer } from "../frame/queries";
import { isAdmin, useMe } from "../session/session";
import { StatusBadge } from "./Badges";

/** So many others are shown beside a ticket. */
const MOST = 5;

function Others({ ticket, email }: { ticket: DeskTicket; email: string }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: ["tickets", "of", email],
    queryFn: async () =>
      (await answer(getTickets({ query: { search: email, per_page: MOST + 1 } }))) as DeskPaginatedTicketRow,
  });
  // Words are looked for in what was written, too.
  const others = (found.data?.data ?? []).filter(
    (other) => other.id !== ticket.id && other.customer_email?.toLowerCase() === email.toLowerCase(),
  );
  if (others.length === 0) return null;
  return (
    <Stack gap={6}>
      <Text size="sm" c="dimmed">
        {t("customer.others")}
      </Text>
      <Stack gap={6} component="ul" p={0} m={0}>
        {others.slice(0, MOST).map((other) => (
          <Group key={other.id} component="li" justify="space-between" wrap="nowrap" gap="xs">
            <TextLink to="/console/tickets/$id" params={{ id: String(other.id) }} state size="sm" truncate>
              {other.subject}
            </TextLink>
            <StatusBadge status={other.status} />
          </Group>
        ))}
      </Stack>
      <TextLink to="/console/tickets" search={{ search: email }} size="xs">
        {t("customer.all")}
      </TextLink>
    </Stack>
  );
}

/** The card about the customer. */
export function Customer({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  const { creator, customer_email: email, customer_phone: phone } = ticket;
  const name = creator?.name ?? ticket.customer_name ?? email ?? t("conversation.nobody");
  return (
    <Card withBorder component="section" aria-label={t("ticket.customer")}>
      <Stack gap="sm">
        <Title order={2} size="h5">
          {t("ticket.customer")}
        </Title>
        <Group wrap="nowrap" gap="sm">
          <Face name={name} aria-hidden />
          <div style={{ minWidth: 0, overflowWrap: "anywhere" }}>
            {admin && creator?.id ? (
              <TextLink to="/console/people/$id" params={{ id: String(creator.id) }} size="sm" fw={600}>
                {name}
              </TextLink>
            ) : (
              <Text size="sm" fw={600}>
                {name}
              </Text>
            )}
            {email && (
              <Text size="xs">
                <Anchor href={`mailto:${encodeURIComponent(email).replace("%40", "@")}`} size="xs">
                  {email}
                </Anchor>
              </Text>
            )}
            {phone && (
              <Text size="xs">
                <Anchor href={`tel:${phone.replace(/[^+\d]/g, "")}`} size="xs">
                  {phone}
                </Anchor>
              </Text>
            )}
          </div>
        </Group>
        {email && <Others ticket={ticket} email={email} />}
      </Stack>
    </Card>
  );
}
