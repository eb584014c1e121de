// What the links of resets and invitations open: setting a password.
import { Alert, Button, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { postAuthResetPassword } from "../api";
import { blame, unplaced } from "../frame/fields";
import { ButtonLink, TextLink } from "../frame/links";
import { answer } from "../frame/queries";
import { Door } from "./Door";
import { type Chosen, Passwords, sameTwice } from "./Passwords";

function SetPassword({ words, token }: { words: "reset" | "invitation"; token: string }) {
  const { t } = useTranslation();
  const form = useForm<Chosen>({
    mode: "uncontrolled",
    initialValues: { password: "", password_confirmation: "" },
    validate: { password_confirmation: sameTwice },
  });
  const reset = useMutation({
    mutationFn: (chosen: Chosen) => answer(postAuthResetPassword({ body: { token, ...chosen } })),
    onError: (error) => blame(form, error),
    meta: { quiet: true },
  });
  const problem = token ? unplaced(reset.error, ["password", "password_confirmation"]) : t("reset.noToken");
  return (
    <Door title={t(`${words}.title`)} hint={t(`${words}.hint`)} problem={problem}>
      {reset.isSuccess ? (
        <>
          <Alert color="teal" role="status">
            {t("reset.done")}
          </Alert>
          <ButtonLink to="/sign-in">{t("signIn.submit")}</ButtonLink>
        </>
      ) : (
        <>
          <form onSubmit={form.onSubmit((values) => reset.mutate(values))}>
            <Stack>
              <Passwords form={form} />
              <Button type="submit" loading={reset.isPending} disabled={!token}>
                {t("reset.submit")}
              </Button>
            </Stack>
          </form>
          <TextLink to="/forgot-password" size="sm">
            {t("reset.another")}
          </TextLink>
        </>
      )}
    </Door>
  );
}

/** Sets another password. */
export function ResetPassword() {
  return <SetPassword words="reset" token={useSearch({ from: "/reset-password" }).token} />;
}

/** Sets the first one. */
export function Invitation() {
  return <SetPassword words="invitation" token={useSearch({ from: "/invitation" }).token} />;
}
