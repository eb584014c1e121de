// Choosing a password, twice the same.
import { PasswordInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import i18next from "i18next";
import { useTranslation } from "react-i18next";

/** What the two fields hold. */
export interface Chosen {
  password: string;
  password_confirmation: string;
}

/** Says whether both are the same. */
export const sameTwice = (value: string, values: Chosen): string | null =>
  value === values.password ? null : i18next.t("field.differs");

/** A new password, and once more. */
export function Passwords<T extends Chosen>({ form }: { form: UseFormReturnType<T> }) {
  const { t } = useTranslation();
  const field = (name: keyof Chosen, label: string) => (
    <PasswordInput
      label={label}
      autoComplete="new-password"
      required
      withAsterisk={false}
      visibilityToggleButtonProps={{ "aria-label": t("field.showPassword") }}
      key={form.key(name)}
      {...form.getInputProps(name)}
    />
  );
  return (
    <>
      {field("password", t("field.newPassword"))}
      {field("password_confirmation", t("field.again"))}
    </>
  );
}
