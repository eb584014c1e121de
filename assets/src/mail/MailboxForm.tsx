// A mailbox as it is added or changed.
import { Group, NumberInput, PasswordInput, Select, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { type DeskMailbox, type DeskSecurityWord, patchMailboxesById, postMailboxes } from "../api";
import { answer } from "../frame/queries";
import { Sheet, useSave } from "../frame/Sheet";
import { choices, projects } from "../settings/project";
import { mailboxes, PORTS } from "./mailbox";

/** The form of a mailbox, or of a new one. */
export function MailboxForm({ mailbox, close }: { mailbox: DeskMailbox | undefined; close: () => void }) {
  const { t } = useTranslation();
  const { data: known } = useQuery(projects);
  const form = useForm({
    initialValues: {
      name: mailbox?.name ?? "",
      host: mailbox?.host ?? "",
      security: mailbox?.security ?? ("tls" as DeskSecurityWord),
      port: (mailbox?.port ?? PORTS.tls) as number | string,
      username: mailbox?.username ?? "",
      password: "",
      folder: mailbox?.folder ?? "INBOX",
      project_id: mailbox?.project_id ? String(mailbox.project_id) : null,
      is_active: mailbox?.is_active ?? true,
    },
  });
  const save = useSave({
    ask: (values: typeof form.values) => {
      const body = {
        ...values,
        port: Number(values.port) || PORTS[values.security],
        project_id: values.project_id ? Number(values.project_id) : null,
      };
      return mailbox
        ? answer(patchMailboxesById({ path: { id: mailbox.id }, body }))
        : answer(postMailboxes({ body }));
    },
    again: [mailboxes.queryKey],
    done: close,
    form,
  });
  // A port that was usual before gives way to the one that is usual now.
  const secure = (security: DeskSecurityWord) => {
    const { security: before, port } = form.values;
    form.setFieldValue("security", security);
    if (port === PORTS[before]) form.setFieldValue("port", PORTS[security]);
  };
  return (
    <Sheet
      title={mailbox ? mailbox.name : t("mailbox.add")}
      word={mailbox ? t("act.save") : t("act.add")}
      close={close}
      pending={save.isPending}
      submit={form.onSubmit((values) => save.mutate(values))}
    >
      <TextInput label={t("settings.name")} required data-autofocus {...form.getInputProps("name")} />
      <TextInput
        label={t("mailbox.host")}
        description={t("mailbox.hostHint")}
        placeholder="imap.example.org"
        required
        {...form.getInputProps("host")}
      />
      <Group align="flex-start" wrap="nowrap">
        <Select
          label={t("mailbox.security.title")}
          data={Object.keys(PORTS).map((value) => ({ value, label: t(`mailbox.security.${value}`) }))}
          allowDeselect={false}
          flex={1}
          {...form.getInputProps("security")}
          onChange={(value) => secure(value as DeskSecurityWord)}
        />
        <NumberInput
          label={t("mailbox.port")}
          min={1}
          max={65_535}
          allowDecimal={false}
          hideControls
          w={96}
          {...form.getInputProps("port")}
        />
      </Group>
      <TextInput
        label={t("mailbox.username")}
        required
        autoComplete="off"
        {...form.getInputProps("username")}
      />
      <PasswordInput
        label={t("field.password")}
        description={t(mailbox ? "mailbox.passwordKept" : "mailbox.passwordHint")}
        required={!mailbox}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ "aria-label": t("field.showPassword") }}
        {...form.getInputProps("password")}
      />
      <TextInput label={t("mailbox.folder")} {...form.getInputProps("folder")} />
      <Select
        label={t("mailbox.project")}
        placeholder={t("mailbox.usualProject")}
        data={choices(known)}
        searchable
        clearable
        {...form.getInputProps("project_id")}
      />
      <Switch label={t("settings.active")} {...form.getInputProps("is_active", { type: "checkbox" })} />
    </Sheet>
  );
}
