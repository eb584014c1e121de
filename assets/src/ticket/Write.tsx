// Writing a reply or a note.
import { Button, Card, Group, SegmentedControl, Text, Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Ref, useState } from "react";

import { Canned } from "./Canned";
import { Choose, Chosen, useFiles } from "./Files";
import { useMessage } from "./ticket";

/** What is written: something that the customer gets, or something for staff alone. */
export type Kind = "reply" | "note";

/** The box below a conversation. Ctrl Enter sends. Staff choose what they write, and have texts at hand. */
export function Write(props: {
  ticket: number;
  kind?: Kind;
  setKind?: (kind: Kind) => void;
  box?: Ref<HTMLTextAreaElement>;
}) {
  const { t } = useTranslation();
  const [body, setBody] = useState("");
  const chosen = useFiles();
  const { message, share } = useMessage(props.ticket);
  const note = props.kind === "note";
  const label = t(note ? "ticket.note" : "ticket.write");
  const send = () => {
    if (body.trim() === "" || message.isPending) return;
    const done = () => {
      setBody("");
      chosen.clear();
    };
    message.mutate({ body, note, files: chosen.files }, { onSuccess: done });
  };
  return (
    <Card withBorder {...chosen.target}>
      {props.setKind && (
        <Group justify="space-between" mb="xs">
          <SegmentedControl
            size="xs"
            value={props.kind ?? "reply"}
            onChange={(value) => props.setKind?.(value as Kind)}
            data={[
              { value: "reply", label: t("ticket.reply") },
              { value: "note", label: t("ticket.note") },
            ]}
          />
          <Text size="xs" c="dimmed">
            {t(note ? "ticket.noteHint" : "ticket.replyHint")}
          </Text>
        </Group>
      )}
      <Textarea
        ref={props.box}
        aria-label={label}
        placeholder={label}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
          if (event.key === "Escape") event.currentTarget.blur();
        }}
        autosize
        minRows={4}
        maxRows={16}
      />
      <Chosen files={chosen.files} remove={chosen.remove} share={share} sending={message.isPending} />
      <Group justify="space-between" mt="xs">
        <Group gap="xs">
          <Choose add={chosen.add} />
          {props.setKind && (
            <Canned
              ticket={props.ticket}
              use={(text) => setBody((before) => (before.trim() ? `${before}\n\n${text}` : text))}
            />
          )}
        </Group>
        <Button onClick={send} loading={message.isPending} disabled={body.trim() === ""}>
          {t(note ? "ticket.addNote" : "ticket.send")}
        </Button>
      </Group>
    </Card>
  );
}
