// The fields of a person, for adding and editing.
import { PasswordInput, Select, Switch, TextInput } from "@mantine/core";
import { useForm, type UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";

import type { DeskRoleWord, DeskUser } from "../api";
import { useMe } from "../session/session";
import { ROLES } from "./person";

/** What a form about a person holds. */
export interface Values {
  name: string;
  email: string;
  role: DeskRoleWord;
  phone: string;
  department: string;
  password: string;
  email_verified: boolean;
}

/** A form about a person, or about somebody new. */
export function usePersonForm(user?: DeskUser) {
  return useForm<Values>({
    initialValues: {
      name: user?.name ?? "",
      email: user?.email ?? "",
      role: user?.role ?? "customer",
      phone: user?.phone ?? "",
      department: user?.department ?? "",
      password: "",
      email_verified: user?.email_verified ?? false,
    },
  });
}

/** What the API takes: fields that are empty are nothing. */
export function body({ password, ...values }: Values) {
  return {
    ...values,
    phone: values.phone || null,
    department: values.department || null,
    ...(password && { password }),
  };
}

/** The fields. */
export function PersonFields({ form, fresh }: { form: UseFormReturnType<Values>; fresh: boolean }) {
  const { t } = useTranslation();
  const me = useMe();
  const roles = ROLES.filter((role) => role !== "super_admin" || me.role === "super_admin" || !fresh);
  return (
    <>
      <TextInput label={t("person.name")} required {...form.getInputProps("name")} />
      <TextInput label={t("field.email")} type="email" required {...form.getInputProps("email")} />
      <Select
        label={t("person.role.title")}
        data={roles.map((value) => ({ value, label: t(`person.role.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("role")}
      />
      <TextInput label={t("person.phone")} type="tel" {...form.getInputProps("phone")} />
      <TextInput label={t("person.department")} {...form.getInputProps("department")} />
      <PasswordInput
        label={t("field.password")}
        description={t(fresh ? "person.passwordNew" : "person.passwordKept")}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ "aria-label": t("field.showPassword") }}
        {...form.getInputProps("password")}
      />
      {!fresh && (
        <Switch
          label={t("person.verified")}
          {...form.getInputProps("email_verified", { type: "checkbox" })}
        />
      )}
    </>
  );
}
