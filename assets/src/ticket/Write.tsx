// Writing a reply or a note.
import { Button, Card, Group, SegmentedControl, Text, Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useState } from "react";

import type { DeskTicket } from "../api";
import { useChange } from "./ticket";

/** The box below a conversation. Ctrl Enter sends. */
export function Write({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<"reply" | "note">("reply");
  const [body, setBody] = useState("");
  const change = useChange(ticket.id);
  const note = kind === "note";
  const send = () => {
    if (body.trim() === "" || change.isPending) return;
    change.mutate({ kind: "message", body, note }, { onSuccess: () => setBody("") });
  };
  return (
    <Card withBorder>
      <Group justify="space-between" mb="xs">
        <SegmentedControl
          size="xs"
          value={kind}
          onChange={(value) => setKind(value as typeof kind)}
          data={[
            { value: "reply", label: t("ticket.reply") },
            { value: "note", label: t("ticket.note") },
          ]}
        />
        <Text size="xs" c="dimmed">
          {t(note ? "ticket.noteHint" : "ticket.replyHint")}
        </Text>
      </Group>
      <Textarea
        aria-label={t(note ? "ticket.note" : "ticket.write")}
        placeholder={t(note ? "ticket.note" : "ticket.write")}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
        }}
        autosize
        minRows={4}
        maxRows={16}
      />
      <Group justify="flex-end" mt="xs">
        <Button onClick={send} loading={change.isPending} disabled={body.trim() === ""}>
          {t("ticket.send")}
        </Button>
      </Group>
    </Card>
  );
}
