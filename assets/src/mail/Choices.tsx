// What one wants to be mailed about.
import { Card, Group, Select, Stack, Switch, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import {
  type DeskLanguageWord,
  type DeskMailChoicesChange,
  getMeNotifications,
  putMeNotifications,
} from "../api";
import { answer } from "../frame/queries";
import { useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { LANGUAGES } from "./mail";

/** The card with a switch for each mail that one may turn off. */
export function Choices() {
  const { t } = useTranslation();
  const choices = useQuery({
    queryKey: ["mailChoices"],
    queryFn: () => answer(getMeNotifications()),
  });
  const save = useSave({
    ask: (body: DeskMailChoicesChange) => answer(putMeNotifications({ body })),
    again: [["mailChoices"]],
    done: () => notifications.show({ color: "teal", message: t("saved") }),
  });
  // What was just chosen is shown before the server has said yes.
  const coming = save.variables?.mails as Record<string, boolean> | null | undefined;
  return (
    <Card withBorder component="section" aria-label={t("mail.choices")}>
      <Stack>
        <div>
          <Title order={2} size="h4">
            {t("mail.choices")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("mail.choicesHint")}
          </Text>
        </div>
        <Loaded query={choices}>
          {({ language, mails }) => (
            <Stack maw={420}>
              {Object.entries(mails as Record<string, boolean>).map(([name, wanted]) => (
                <Switch
                  key={name}
                  label={t(`mail.tell.${name}`)}
                  checked={(save.isPending ? coming?.[name] : undefined) ?? wanted}
                  disabled={save.isPending}
                  onChange={(event) => save.mutate({ mails: { [name]: event.currentTarget.checked } })}
                />
              ))}
              <Group>
                <Select
                  label={t("mail.inLanguage")}
                  data={[
                    { value: "", label: t("mail.usual") },
                    ...LANGUAGES.map((value) => ({ value, label: t(`mail.language.${value}`) })),
                  ]}
                  value={language ?? ""}
                  allowDeselect={false}
                  disabled={save.isPending}
                  onChange={(value) => save.mutate({ language: (value as DeskLanguageWord | "") || null })}
                />
              </Group>
            </Stack>
          )}
        </Loaded>
      </Stack>
    </Card>
  );
}
