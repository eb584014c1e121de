// One's own name, password and sessions.
import { Alert, Button, Card, Group, Stack, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ReactNode } from "react";

import { type DeskProfileChange, postAuthResendVerification, putAuthProfile } from "../api";
import { blame, unplaced } from "../frame/fields";
import { Page } from "../frame/Page";
import { answer, queries } from "../frame/queries";
import { Choices } from "../mail/Choices";
import { type Chosen, Passwords, sameTwice } from "./Passwords";
import { Sessions } from "./Sessions";
import { useMe } from "./session";

/** Changes what is given of oneself. A new password ends every other session. */
function useProfileChange(said: string) {
  const { t } = useTranslation();
  return useMutation({
    mutationFn: (body: DeskProfileChange) => answer(putAuthProfile({ body })),
    onSuccess: async () => {
      notifications.show({ color: "teal", message: t(said) });
      await Promise.all(["me", "sessions"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
    meta: { quiet: true },
  });
}

function Part(props: { title: string; problem?: string | undefined; children: ReactNode }) {
  return (
    <Card withBorder component="section">
      <Stack>
        <Title order={2} size="h4">
          {props.title}
        </Title>
        {props.problem && (
          <Alert color="red" role="alert">
            {props.problem}
          </Alert>
        )}
        {props.children}
      </Stack>
    </Card>
  );
}

function Person() {
  const { t } = useTranslation();
  const me = useMe();
  const form = useForm({ mode: "uncontrolled", initialValues: { name: me.name, phone: me.phone ?? "" } });
  const change = useProfileChange("profile.saved");
  const submit = form.onSubmit((values) =>
    change.mutate(
      { name: values.name, phone: values.phone || null },
      { onError: (error) => blame(form, error) },
    ),
  );
  return (
    <Part title={t("profile.person")} problem={unplaced(change.error, ["name", "phone"])}>
      <form onSubmit={submit}>
        <Stack maw={420}>
          <TextInput
            label={t("field.email")}
            value={me.email}
            readOnly
            description={t("profile.emailHint")}
          />
          <TextInput
            label={t("field.name")}
            autoComplete="name"
            required
            withAsterisk={false}
            key={form.key("name")}
            {...form.getInputProps("name")}
          />
          <TextInput
            label={t("field.phoneOptional")}
            type="tel"
            autoComplete="tel"
            key={form.key("phone")}
            {...form.getInputProps("phone")}
          />
          <Group>
            <Button type="submit" loading={change.isPending}>
              {t("profile.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Part>
  );
}

function Password() {
  const { t } = useTranslation();
  const form = useForm<Chosen>({
    mode: "uncontrolled",
    initialValues: { password: "", password_confirmation: "" },
    validate: { password_confirmation: sameTwice },
  });
  const change = useProfileChange("profile.passwordSaved");
  const submit = form.onSubmit((values) =>
    change.mutate(values, { onSuccess: () => form.reset(), onError: (error) => blame(form, error) }),
  );
  return (
    <Part title={t("field.password")} problem={unplaced(change.error, ["password", "password_confirmation"])}>
      <form onSubmit={submit}>
        <Stack maw={420}>
          <Passwords form={form} />
          <Group>
            <Button type="submit" loading={change.isPending}>
              {t("profile.setPassword")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Part>
  );
}

function Unproven() {
  const { t } = useTranslation();
  const resend = useMutation({ mutationFn: () => answer(postAuthResendVerification()) });
  return (
    <Alert color="yellow" title={t("profile.unproven")}>
      <Group>
        {t("profile.unprovenHint")}
        <Button
          size="xs"
          variant="default"
          onClick={() => resend.mutate()}
          loading={resend.isPending}
          disabled={resend.isSuccess}
        >
          {t(resend.isSuccess ? "profile.resent" : "profile.resend")}
        </Button>
      </Group>
    </Alert>
  );
}

/** The page about oneself. */
export function Profile() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Page title={t("account.profile")} hint={me.email}>
      {!me.email_verified && <Unproven />}
      <Person />
      <Password />
      <Choices />
      <Sessions />
    </Page>
  );
}
