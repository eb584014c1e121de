// One person: what is known of them, the way in for them, and where they are signed in.
import { Badge, Button, Card, Grid, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import {
  deleteAdminUsersByUser,
  type DeskPurposeWord,
  type DeskUser,
  postAdminUsersByUserLink,
  putAdminUsersByUser,
} from "../api";
import { moment } from "../figures";
import { confirm } from "../frame/confirm";
import { Once } from "../frame/Once";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { useMe } from "../session/session";
import { person } from "./person";
import { body, PersonFields, usePersonForm, type Values } from "./PersonFields";
import { Sessions } from "./Sessions";

const AGAIN = [["people"], ["person"]];

function Details({ user }: { user: DeskUser }) {
  const { t } = useTranslation();
  const form = usePersonForm(user);
  const save = useSave({
    ask: (values: Values) => answer(putAdminUsersByUser({ path: { user: user.id }, body: body(values) })),
    again: AGAIN,
    done: () => form.setFieldValue("password", ""),
    form,
  });
  return (
    <Card withBorder component="section" aria-label={t("person.details")}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
        <Stack gap="sm">
          <PersonFields form={form} fresh={false} />
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending}>
              {t("act.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function Links({ user }: { user: DeskUser }) {
  const { t } = useTranslation();
  const [made, setMade] = useState<{ link: string; expires_at: string } | null>(null);
  const make = useSave({
    ask: (purpose: DeskPurposeWord) =>
      answer(postAdminUsersByUserLink({ path: { user: user.id }, body: { purpose } })),
    again: [],
    done: setMade,
  });
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5">
        {t("person.wayIn")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t("person.wayInHint")}
      </Text>
      <Group gap="xs">
        {(["invite", "reset"] as const).map((purpose) => (
          <Button
            key={purpose}
            size="xs"
            variant="default"
            loading={make.isPending && make.variables === purpose}
            onClick={() => make.mutate(purpose)}
          >
            {t(`person.${purpose}`)}
          </Button>
        ))}
      </Group>
      {made && (
        <Once
          title={t("person.wayIn")}
          hint={t("person.linkHint", { until: moment(made.expires_at) })}
          values={[{ label: t("person.link"), value: made.link }]}
          close={() => setMade(null)}
        />
      )}
    </Card>
  );
}

function Actions({ user }: { user: DeskUser }) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const turn = useSave({
    ask: (is_active: boolean) =>
      answer(putAdminUsersByUser({ path: { user: user.id }, body: { is_active } })),
    again: AGAIN,
  });
  const remove = useSave({
    ask: () => answer(deleteAdminUsersByUser({ path: { user: user.id } })),
    again: [["people"]],
    done: () => void navigate({ to: "/console/people" }),
  });
  if (user.id === me.id) return null;
  const off = () =>
    confirm(t("person.deactivate"), t("person.deactivateHint"), t("person.deactivate"), () =>
      turn.mutate(false),
    );
  return (
    <>
      <Button
        variant="default"
        loading={turn.isPending}
        onClick={() => (user.is_active ? off() : turn.mutate(true))}
      >
        {t(user.is_active ? "person.deactivate" : "person.activate")}
      </Button>
      <Button
        variant="light"
        color="red"
        loading={remove.isPending}
        onClick={() =>
          confirm(t("person.delete"), t("person.deleteHint", { name: user.name }), t("act.delete"), () =>
            remove.mutate(),
          )
        }
      >
        {t("act.delete")}
      </Button>
    </>
  );
}

function Whole({ user }: { user: DeskUser }) {
  const { t } = useTranslation();
  return (
    <Page
      title={user.name}
      hint={[
        t(`person.role.${user.role}`),
        t("person.since", { date: moment(user.created_at) }),
        user.last_login_at && t("person.lastSeen", { date: moment(user.last_login_at) }),
      ]
        .filter(Boolean)
        .join(" · ")}
      actions={<Actions user={user} />}
    >
      {!user.is_active && (
        <Badge color="gray" variant="light">
          {t("person.inactive")}
        </Badge>
      )}
      <Grid>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Details user={user} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack>
            <Links user={user} />
            <Sessions user={user.id} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

/** The page of one person. */
export function Person() {
  const { id } = useParams({ from: "/console/admin/people/$id" });
  const found = useQuery(person(Number(id)));
  return <Loaded query={found}>{(user) => <Whole key={user.id} user={user} />}</Loaded>;
}
