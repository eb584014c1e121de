// Every mail that is sent, and what it is about.
import { Badge, Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { type DeskLanguageWord, type DeskMailName, type DeskMailTemplate, postMailTest } from "../api";
import { moment } from "../figures";
import { TextLink } from "../frame/links";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { said } from "../said";
import { namesOf, templates, wordsOf } from "./mail";

function columns(
  t: (key: string) => string,
  all: DeskMailTemplate[],
  language: DeskLanguageWord,
): Column<DeskMailName>[] {
  const own = (name: string) => all.filter((one) => one.name === name && one.is_custom);
  return [
    {
      label: t("mail.which"),
      cell: (name) => (
        <>
          <TextLink
            to="/console/settings/templates/$id"
            params={{ id: name }}
            search={language === "de" ? { language } : {}}
            size="sm"
            fw={550}
          >
            {t(`settings.mail.template.${name}`)}
          </TextLink>
          <Text size="xs" c="dimmed">
            {t(`mail.when.${name}`)}
          </Text>
        </>
      ),
    },
    {
      label: t("mail.subject"),
      cell: (name) => (
        <Text size="sm" lineClamp={2} style={{ overflowWrap: "anywhere" }}>
          {wordsOf(all, name, language)?.subject}
        </Text>
      ),
    },
    {
      label: t("mail.words"),
      cell: (name) =>
        own(name).length === 0 ? (
          <Text size="sm" c="dimmed">
            {t("mail.original")}
          </Text>
        ) : (
          <Group gap={6}>
            {own(name).map(({ language, updated_at: at }) => (
              <Badge key={language} variant="light" title={at ? moment(at) : ""}>
                {t(`mail.own.${language}`)}
              </Badge>
            ))}
          </Group>
        ),
    },
  ];
}

/** The list of mails. */
export function Templates() {
  const { t, i18n } = useTranslation();
  const all = useQuery(templates);
  const test = useSave({
    ask: () => answer(postMailTest()),
    again: [["outbox"]],
    done: (done) => notifications.show({ message: said(done.message), color: done.sent ? "teal" : "red" }),
  });
  return (
    <Page
      title={t("settings.area.templates")}
      hint={t("mail.hint")}
      actions={
        <Button variant="default" loading={test.isPending} onClick={() => test.mutate(undefined)}>
          {t("settings.mail.test")}
        </Button>
      }
    >
      <Loaded query={all}>
        {(found) => (
          <Rows
            rows={namesOf(found)}
            columns={columns(t, found, i18n.language === "de" ? "de" : "en")}
            id={(name) => name}
            none={t("settings.mail.none")}
          />
        )}
      </Loaded>
    </Page>
  );
}
