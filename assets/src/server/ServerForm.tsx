// What is set for a server: the same fields when one is added and when one is changed.
import { Alert, Button, Group, NumberInput, Stack, Switch, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";

import type { FleetServer } from "../api";
import { fieldErrors } from "../frame/fields";
import type { Settings } from "./server";

const EMPTY = {
  id: "",
  name: "",
  endpoint: "",
  address: "10.8.0.1/24",
  address6: "",
  dns: [] as string[],
  allowed_ips: ["0.0.0.0/0", "::/0"],
  mtu: "" as number | string,
  keepalive: 25,
  is_public: false,
};

/** The form; a server that exists keeps its id. */
export function ServerForm(props: {
  server?: FleetServer;
  submit: (settings: Settings, refused: (error: Error) => void) => void;
  pending: boolean;
  label: string;
}) {
  const { t } = useTranslation();
  const { server } = props;
  const form = useForm({
    mode: "uncontrolled",
    initialValues: server ? { ...server, address6: server.address6 ?? "", mtu: server.mtu ?? "" } : EMPTY,
    validate: {
      id: (id) => (/^[a-z0-9][a-z0-9-]{0,62}$/.test(id) ? null : t("server.idWrong")),
      endpoint: (text) => (/^\S+:\d{1,5}$/.test(text.trim()) ? null : t("server.endpointWrong")),
    },
  });
  const refused = (error: Error) => {
    const fields = fieldErrors(error);
    form.setErrors(Object.keys(fields).length > 0 ? fields : { form: error.message });
  };
  const submit = form.onSubmit((values) => {
    const { id, name, endpoint, address, address6, dns, allowed_ips, mtu, keepalive, is_public } = values;
    const rest = { name: name || id, endpoint, address, dns, allowed_ips, is_public };
    const optional = {
      ...(address6 || server?.address6 ? { address6 } : {}),
      mtu: mtu === "" ? null : Number(mtu),
      keepalive: Number(keepalive),
    };
    props.submit({ id, ...rest, ...optional }, refused);
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        {form.errors["form"] && (
          <Alert color="red" role="alert">
            {form.errors["form"]}
          </Alert>
        )}
        {!server && (
          <TextInput
            label={t("server.id")}
            description={t("server.idHint")}
            placeholder="los-angeles"
            required
            autoComplete="off"
            data-autofocus
            {...form.getInputProps("id")}
          />
        )}
        <TextInput label={t("server.name")} placeholder="Los Angeles" {...form.getInputProps("name")} />
        <TextInput
          label={t("server.endpoint")}
          description={t("server.endpointHint")}
          placeholder="vpn.example.org:51820"
          required
          {...form.getInputProps("endpoint")}
        />
        <TextInput
          label={t("server.address")}
          description={t("server.addressHint")}
          required
          {...form.getInputProps("address")}
        />
        <TextInput
          label={t("server.address6")}
          placeholder="fd00:8::1/64"
          {...form.getInputProps("address6")}
        />
        <TagsInput
          label={t("server.dns")}
          description={t("server.dnsHint")}
          placeholder="1.1.1.1"
          {...form.getInputProps("dns")}
        />
        <TagsInput
          label={t("server.allowedIps")}
          description={t("server.allowedIpsHint")}
          placeholder="0.0.0.0/0"
          {...form.getInputProps("allowed_ips")}
        />
        <Group grow align="flex-start">
          <NumberInput
            label={t("server.keepalive")}
            suffix=" s"
            min={0}
            max={65535}
            allowDecimal={false}
            {...form.getInputProps("keepalive")}
          />
          <NumberInput
            label={t("server.mtu")}
            placeholder={t("server.mtuAuto")}
            suffix=" B"
            allowDecimal={false}
            {...form.getInputProps("mtu")}
          />
        </Group>
        <Switch
          label={t("server.public")}
          description={t("server.publicHint")}
          {...form.getInputProps("is_public", { type: "checkbox" })}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={props.pending}>
            {props.label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
