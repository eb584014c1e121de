// What staff should know of the mail that a message came by: how far its sender is believed, what it quotes, the mail itself.
import { Anchor, Button, Group, Text } from "@mantine/core";
import { IconMailDown, IconShieldCheck, IconShieldQuestion, IconShieldX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { DeskMessageMail } from "../api";
import { bytes } from "../figures";
import { ALARM } from "../frame/theme";

const LOOKS = {
  proven: { icon: IconShieldCheck, color: "dimmed", shield: "var(--mantine-color-teal-6)" },
  partial: { icon: IconShieldQuestion, color: "", shield: "var(--mantine-color-yellow-6)" },
  unknown: { icon: IconShieldQuestion, color: "", shield: "var(--mantine-color-yellow-6)" },
  failed: { icon: IconShieldX, color: ALARM, shield: ALARM },
} as const;

/** How far the sender of a mail is believed, in words, and what the mail server found. */
export function Trust({ mail }: { mail: DeskMessageMail }) {
  const { t } = useTranslation();
  const { icon: Icon, color, shield } = LOOKS[mail.trust];
  return (
    <Group gap={6} mb="xs" wrap="nowrap" align="flex-start">
      <Icon size={16} color={shield} style={{ flexShrink: 0, marginTop: 1 }} aria-hidden />
      <Text size="xs" {...(color && { c: color })} style={{ overflowWrap: "anywhere" }}>
        {t(`conversation.trust.${mail.trust}`, { from: mail.from })}
        {mail.findings && ` (${mail.findings})`}
      </Text>
    </Group>
  );
}

/** What a mail quotes, once somebody asks for it, and the mail itself to be saved. */
export function Original({ mail }: { mail: DeskMessageMail }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const { quoted, raw } = mail;
  if (!quoted && !raw) return null;
  return (
    <>
      <Group gap="md" mt="sm">
        {quoted && (
          <Button
            size="compact-xs"
            variant="default"
            aria-expanded={opened}
            onClick={() => setOpened(!opened)}
          >
            {t(opened ? "conversation.quotedLess" : "conversation.quoted")}
          </Button>
        )}
        {raw && (
          <Anchor href={`/api/attachments/${raw.id}`} download={raw.filename} size="xs">
            <IconMailDown size={14} aria-hidden style={{ verticalAlign: "text-bottom" }} />{" "}
            {t("conversation.raw", { size: bytes(raw.size) })}
          </Anchor>
        )}
      </Group>
      {opened && (
        <Text
          component="blockquote"
          className="as-written"
          size="sm"
          c="dimmed"
          m={0}
          mt="xs"
          ps="sm"
          style={{
            borderInlineStart: "3px solid var(--mantine-color-default-border)",
            overflowWrap: "anywhere",
          }}
        >
          {quoted}
        </Text>
      )}
    </>
  );
}
