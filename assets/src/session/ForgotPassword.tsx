// Asking for a link that sets another password.
import { Alert, Button, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { postAuthForgotPassword } from "../api";
import { blame, unplaced } from "../frame/fields";
import { TextLink } from "../frame/links";
import { answer } from "../frame/queries";
import { Door } from "./Door";

/** The page says the same whether there is such an account or not. */
export function ForgotPassword() {
  const { t } = useTranslation();
  const form = useForm({ mode: "uncontrolled", initialValues: { email: "" } });
  const ask = useMutation({
    mutationFn: (body: { email: string }) => answer(postAuthForgotPassword({ body })),
    onError: (error) => blame(form, error),
    meta: { quiet: true },
  });
  return (
    <Door title={t("forgot.title")} hint={t("forgot.hint")} problem={unplaced(ask.error, ["email"])}>
      {ask.isSuccess ? (
        <Alert color="teal" role="status">
          {t("forgot.asked")}
        </Alert>
      ) : (
        <form onSubmit={form.onSubmit((values) => ask.mutate(values))}>
          <Stack>
            <TextInput
              label={t("field.email")}
              type="email"
              autoComplete="username"
              required
              withAsterisk={false}
              key={form.key("email")}
              {...form.getInputProps("email")}
            />
            <Button type="submit" loading={ask.isPending}>
              {t("forgot.submit")}
            </Button>
          </Stack>
        </form>
      )}
      <TextLink to="/sign-in" size="sm">
        {t("forgot.back")}
      </TextLink>
    </Door>
  );
}
