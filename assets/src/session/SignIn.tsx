// Signing in.
import {
  Alert,
  Anchor,
  Button,
  Card,
  Center,
  Group,
  PasswordInput,
  Stack,
  TextInput,
  Title,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDocumentTitle } from "@mantine/hooks";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Appearance } from "../frame/Appearance";
import { Logo } from "../frame/Logo";
import { useSignIn } from "./session";

/** The sign-in page; afterwards it goes to where somebody wanted to be. */
export function SignIn() {
  const { t } = useTranslation();
  useDocumentTitle(`${t("signIn.title")} · Gatehouse`);
  const navigate = useNavigate();
  const { next } = useSearch({ from: "/sign-in" });
  const signIn = useSignIn();
  const form = useForm({ mode: "uncontrolled", initialValues: { email: "", password: "" } });
  const submit = form.onSubmit((values) =>
    signIn.mutate(values, {
      onSuccess: () => {
        // Pages that the server itself makes (consent to an application) are no pages of this app.
        if (next?.startsWith("/oauth/")) window.location.assign(next);
        else void navigate({ to: next ?? "/", replace: true });
      },
    }),
  );
  return (
    <Center component="main" mih="100vh" p="md">
      <Card withBorder shadow="sm" padding="xl" w={400} maw="100%">
        <form onSubmit={submit}>
          <Stack>
            <Group justify="space-between">
              <Logo />
              <Appearance />
            </Group>
            <Title order={1} size="h3">
              {t("signIn.title")}
            </Title>
            {signIn.error && (
              <Alert color="red" role="alert">
                {signIn.error.message}
              </Alert>
            )}
            <TextInput
              label={t("field.email")}
              type="email"
              autoComplete="username"
              required
              withAsterisk={false}
              data-autofocus
              {...form.getInputProps("email")}
            />
            <PasswordInput
              label={t("field.password")}
              autoComplete="current-password"
              required
              withAsterisk={false}
              visibilityToggleButtonProps={{ "aria-label": t("field.showPassword") }}
              {...form.getInputProps("password")}
            />
            <Button type="submit" loading={signIn.isPending}>
              {t("signIn.submit")}
            </Button>
            <Group justify="space-between">
              <Anchor component={Link} to="/forgot-password" size="sm">
                {t("signIn.forgot")}
              </Anchor>
              <Anchor component={Link} to="/sign-up" size="sm">
                {t("signIn.signUp")}
              </Anchor>
            </Group>
          </Stack>
        </form>
      </Card>
    </Center>
  );
}
