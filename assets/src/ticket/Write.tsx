// Writing a reply or a note.
import { Alert, Box, Button, Card, Group, SegmentedControl, Text, Textarea, Tooltip } from "@mantine/core";
import { IconEye, IconPencil } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Ref, useRef, useState } from "react";

import { Markdown } from "../frame/Markdown";
import { Canned } from "./Canned";
import { ask } from "./change";
import { type Kind, useDraft } from "./draft";
import { Choose, Chosen, useFiles } from "./Files";
import type { Status } from "./filter";
import { Send } from "./Send";
import { refresh, useMessage } from "./ticket";

/** What is written: something that the customer gets, or something for staff alone. */

const NOTE = "light-dark(var(--mantine-color-yellow-0), rgba(245, 190, 66, 0.1))";

/** The box below a conversation. Ctrl Enter sends. Staff choose what they write, and have texts at hand. */
export function Write(props: {
  ticket: number;
  /** How much was said already: more than when one began means that somebody was faster. */
  said: number;
  kind?: Kind;
  setKind?: (kind: Kind) => void;
  box?: Ref<HTMLTextAreaElement>;
  /** Hears that one writes, and that one has stopped. */
  writing?: () => void;
  resting?: () => void;
  children?: React.ReactNode;
}) {
  const { t } = useTranslation();
  const [body, setBody] = useDraft(props.ticket);
  const [preview, setPreview] = useState(false);
  const [began, setBegan] = useState(props.said);
  const chosen = useFiles();
  const { message, share } = useMessage(props.ticket);
  const own = useRef<HTMLTextAreaElement>(null);
  const then = useMutation({
    mutationFn: (status: Status) => ask(props.ticket, { kind: "status", status }),
    onSettled: () => refresh(props.ticket),
  });
  const staff = props.setKind !== undefined;
  const note = props.kind === "note";
  const label = t(note ? "ticket.note" : "ticket.write");
  const empty = body.trim() === "";
  const write = (text: string) => {
    if (empty) setBegan(props.said);
    setBody(text);
    props.writing?.();
  };
  const send = (status?: Status) => {
    if (empty || message.isPending) return;
    const done = () => {
      setBody("");
      setPreview(false);
      chosen.clear();
      props.resting?.();
      if (status) then.mutate(status);
    };
    message.mutate({ body, note, files: chosen.files }, { onSuccess: done });
  };
  return (
    <Card
      withBorder
      {...chosen.target}
      {...(staff && { className: "dock" })}
      shadow={staff ? "sm" : ""}
      style={chosen.over ? { outline: "2px dashed var(--mantine-color-cyan-6)", outlineOffset: -4 } : {}}
      component="section"
      aria-label={label}
    >
      {props.children}
      {!empty && props.said > began && !message.isPending && (
        <Alert color="orange" p="xs" mb="xs" role="status">
          {t("compose.newer", { count: props.said - began })}
        </Alert>
      )}
      {staff && (
        <Group justify="space-between" mb="xs" gap="xs">
          <SegmentedControl
            size="xs"
            value={props.kind ?? "reply"}
            onChange={(value) => props.setKind?.(value as Kind)}
            aria-label={t("compose.kind")}
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
      {preview ? (
        <Box
          mih={96}
          mah={320}
          p="sm"
          style={{ overflowY: "auto" }}
          tabIndex={0}
          aria-label={t("compose.preview")}
        >
          <Markdown text={body} />
        </Box>
      ) : (
        <Textarea
          ref={props.box ?? own}
          aria-label={label}
          placeholder={label}
          value={body}
          onChange={(event) => write(event.currentTarget.value)}
          onBlur={() => props.resting?.()}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
            if (event.key === "Escape") event.currentTarget.blur();
          }}
          {...(note && { styles: { input: { background: NOTE } } })}
          autosize
          minRows={staff ? 2 : 4}
          maxRows={12}
        />
      )}
      <Chosen files={chosen.files} remove={chosen.remove} share={share} sending={message.isPending} />
      <Group justify="space-between" mt="xs" gap="xs">
        <Group gap="xs">
          <Choose add={chosen.add} />
          {staff && (
            <Canned ticket={props.ticket} use={(text) => write(empty ? text : `${body}\n\n${text}`)} />
          )}
          <Tooltip label={t("compose.markdown")}>
            <Button
              variant="subtle"
              size="compact-sm"
              color="gray"
              c="dimmed"
              disabled={empty}
              aria-pressed={preview}
              leftSection={preview ? <IconPencil size={14} aria-hidden /> : <IconEye size={14} aria-hidden />}
              onClick={() => setPreview(!preview)}
            >
              {t(preview ? "compose.edit" : "compose.preview")}
            </Button>
          </Tooltip>
        </Group>
        <Send
          word={t(note ? "ticket.addNote" : "ticket.send")}
          send={send}
          pending={message.isPending}
          disabled={empty}
          withStatus={staff}
        />
      </Group>
    </Card>
  );
}
