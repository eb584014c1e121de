// One article, and whether it helped.
import { Button, Card, Group, Text } from "@mantine/core";
import { IconThumbDown, IconThumbUp } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { postKbArticlesByIdFeedback } from "../api";
import { moment } from "../figures";
import { TextLink } from "../frame/links";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { Loaded } from "../frame/State";
import { me } from "../session/session";
import { article } from "./article";
import { Html } from "./Html";

function Helped({ id }: { id: string }) {
  const { t } = useTranslation();
  const say = useMutation({
    mutationFn: (isHelpful: boolean) =>
      answer(postKbArticlesByIdFeedback({ path: { id }, body: { isHelpful } })),
  });
  if (say.isSuccess) {
    return (
      <Text size="sm" role="status">
        {t("help.thanks")}
      </Text>
    );
  }
  const button = (helped: boolean) => (
    <Button
      size="xs"
      variant="default"
      leftSection={helped ? <IconThumbUp size={16} aria-hidden /> : <IconThumbDown size={16} aria-hidden />}
      disabled={say.isPending}
      onClick={() => say.mutate(helped)}
    >
      {t(helped ? "help.yes" : "help.no")}
    </Button>
  );
  return (
    <Group gap="sm">
      <Text size="sm">{t("help.helped")}</Text>
      {button(true)}
      {button(false)}
    </Group>
  );
}

/** The article at an address. */
export function Article({ id, list }: { id: string; list: "/help" | "/portal/help" }) {
  const { t } = useTranslation();
  const found = useQuery(article(id));
  const reader = useQuery(me).data;
  return (
    <>
      <TextLink to={list} size="sm">
        {t("help.all")}
      </TextLink>
      <Loaded query={found}>
        {(shown) => (
          <Page
            title={shown.title}
            hint={[shown.category?.name, t("help.updated", { at: moment(shown.updatedAt) })]
              .filter(Boolean)
              .join(" · ")}
          >
            <Card withBorder component="article" padding="lg">
              <Html html={shown.html} />
            </Card>
            {reader && <Helped key={id} id={id} />}
          </Page>
        )}
      </Loaded>
    </>
  );
}
