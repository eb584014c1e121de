// What to do with an instance that is new.
import { Card, Group, List, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { IconCheck, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { TextLink } from "../frame/links";
import { articles } from "../knowledge/knowledge";
import { people } from "../person/person";
import { statuses } from "../server/server";

/** The steps, as long as there is no server or nobody else. */
export function FirstSteps() {
  const { t } = useTranslation();
  const servers = useQuery(statuses).data;
  const others = useQuery(people({}, 2)).data;
  const written = useQuery(articles({})).data;
  if (!servers || !others || !written) return null;
  const steps = [
    { word: "server", to: "/console/servers", done: servers.length > 0 },
    { word: "person", to: "/console/people", done: others.total > 1 },
    { word: "article", to: "/console/knowledge", done: written.length > 0 },
  ] as const;
  if (steps[0].done && steps[1].done) return null;
  return (
    <Card withBorder component="section" aria-labelledby="first-steps">
      <Title order={2} size="h4" id="first-steps" mb="md">
        {t("firstSteps.title")}
      </Title>
      <List listStyleType="none" spacing="md">
        {steps.map(({ word, to, done }) => (
          <List.Item key={word}>
            <Group wrap="nowrap" align="flex-start" gap="sm">
              <ThemeIcon
                variant="light"
                radius="xl"
                color={done ? "teal" : "gray"}
                {...(done ? { role: "img", "aria-label": t("firstSteps.done") } : { "aria-hidden": true })}
              >
                {done ? <IconCheck size={16} /> : <IconChevronRight size={16} />}
              </ThemeIcon>
              <Stack gap={0}>
                <TextLink to={to} fw={600}>
                  {t(`firstSteps.${word}`)}
                </TextLink>
                <Text size="sm" c="dimmed">
                  {t(`firstSteps.${word}Hint`)}
                </Text>
              </Stack>
            </Group>
          </List.Item>
        ))}
      </List>
    </Card>
  );
}
