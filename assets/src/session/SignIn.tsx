// Signing in.
import { Button, Group, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { TextLink } from "../frame/links";
import { Door } from "./Door";
import { useGoOn } from "./next";
import { useSignIn } from "./session";

/** The sign-in page; afterwards it goes to where somebody wanted to be. */
export function SignIn() {
  const { t } = useTranslation();
  const goOn = useGoOn();
  const { next } = useSearch({ from: "/sign-in" });
  const signIn = useSignIn();
  const form = useForm({ mode: "uncontrolled", initialValues: { email: "", password: "" } });
  const submit = form.onSubmit((values) => signIn.mutate(values, { onSuccess: () => goOn(next) }));
  return (
    <Door title={t("signIn.title")} problem={signIn.error?.message}>
      <form onSubmit={submit}>
        <Stack>
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
            <TextLink to="/forgot-password" size="sm">
              {t("signIn.forgot")}
            </TextLink>
            <TextLink to="/sign-up" search={{ next }} size="sm">
              {t("signIn.signUp")}
            </TextLink>
            <TextLink to="/help" size="sm">
              {t("help.title")}
            </TextLink>
          </Group>
        </Stack>
      </form>
    </Door>
  );
}
