// Signing up as a customer.
import { Alert, Button, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { postAuthRegister } from "../api";
import { blame, unplaced } from "../frame/fields";
import { TextLink } from "../frame/links";
import { answer, queries } from "../frame/queries";
import { Door } from "./Door";
import { useGoOn } from "./next";
import { Passwords, sameTwice } from "./Passwords";

const empty = { name: "", email: "", phone: "", password: "", password_confirmation: "" };

/** The sign-up page. Whoever's address is known already without a password proves it by a mailed link first. */
export function SignUp() {
  const { t } = useTranslation();
  const goOn = useGoOn();
  const { next } = useSearch({ from: "/sign-up" });
  const form = useForm({
    mode: "uncontrolled",
    initialValues: empty,
    validate: { password_confirmation: sameTwice },
  });
  const signUp = useMutation({
    mutationFn: ({ phone, ...rest }: typeof empty) =>
      answer(postAuthRegister({ body: { ...rest, phone: phone || null } })),
    onSuccess: async (done) => {
      if (!("access_token" in done)) return;
      await queries.resetQueries();
      goOn(next);
    },
    onError: (error) => blame(form, error),
    meta: { quiet: true },
  });
  const mailed = signUp.data && !("access_token" in signUp.data);
  return (
    <Door title={t("signUp.title")} problem={unplaced(signUp.error, Object.keys(empty))}>
      {mailed ? (
        <Alert color="teal" role="status">
          {t("signUp.mailed")}
        </Alert>
      ) : (
        <form onSubmit={form.onSubmit((values) => signUp.mutate(values))}>
          <Stack>
            <TextInput
              label={t("field.name")}
              autoComplete="name"
              required
              withAsterisk={false}
              key={form.key("name")}
              {...form.getInputProps("name")}
            />
            <TextInput
              label={t("field.email")}
              type="email"
              autoComplete="username"
              required
              withAsterisk={false}
              key={form.key("email")}
              {...form.getInputProps("email")}
            />
            <TextInput
              label={t("field.phoneOptional")}
              type="tel"
              autoComplete="tel"
              key={form.key("phone")}
              {...form.getInputProps("phone")}
            />
            <Passwords form={form} />
            <Button type="submit" loading={signUp.isPending}>
              {t("signUp.submit")}
            </Button>
          </Stack>
        </form>
      )}
      <TextLink to="/sign-in" search={{ next }} size="sm">
        {t("signUp.haveOne")}
      </TextLink>
    </Door>
  );
}
