// What is set for a device: the same fields when one is added and when one is changed.
import { Alert, Button, Group, NumberInput, Stack, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";

import type { FleetPeer, FleetPeerChange } from "../api";
import { fieldErrors } from "../frame/fields";
import { canMakeKeys } from "./key";
import { OwnerSelect } from "./Owner";

const GIB = 2 ** 30;
/** Larger quotas do not fit into a number. */
const MOST = Number.MAX_SAFE_INTEGER / GIB;

interface Values {
  name: string;
  userId: string | null;
  /** As the field has it: without a zone. */
  expiresAt: string;
  /** GiB. */
  quotaBytes: number | "";
  presharedKey: boolean;
  inBrowser: boolean;
}

function initial(peer: FleetPeer | undefined): Values {
  return {
    name: peer?.name ?? "",
    userId: peer?.userId ?? null,
    expiresAt: peer?.expiresAt ? dayjs(peer.expiresAt).format("YYYY-MM-DDTHH:mm") : "",
    quotaBytes: peer?.quotaBytes == null ? "" : Number(peer.quotaBytes) / GIB,
    presharedKey: peer?.presharedKey ?? true,
    inBrowser: false,
  };
}

/** The form; of a device that exists only what was changed is sent. */
export function PeerForm(props: {
  peer?: FleetPeer;
  submit: (
    body: FleetPeerChange & { name: string },
    inBrowser: boolean,
    refused: (error: Error) => void,
  ) => void;
  pending: boolean;
  label: string;
}) {
  const { t } = useTranslation();
  const { peer } = props;
  const form = useForm<Values>({
    initialValues: initial(peer),
    validate: {
      name: (name) => (name.trim() === "" ? t("device.nameMissing") : null),
      expiresAt: (at) =>
        at !== "" && at !== initial(peer).expiresAt && new Date(at) <= new Date()
          ? t("device.expiresPast")
          : null,
      quotaBytes: (quota) => (quota !== "" && quota <= 0 ? t("device.quotaWrong") : null),
    },
  });
  const refused = (error: Error) => {
    const fields = fieldErrors(error);
    form.setErrors(Object.keys(fields).length > 0 ? fields : { form: error.message });
  };
  const submit = form.onSubmit((values) => {
    const all = {
      userId: values.userId === null ? null : Number(values.userId),
      expiresAt: values.expiresAt === "" ? null : new Date(values.expiresAt).toISOString(),
      quotaBytes: values.quotaBytes === "" ? null : Math.max(1, Math.round(values.quotaBytes * GIB)),
      presharedKey: values.presharedKey,
    };
    const sent = peer ? Object.entries(all).filter(([field]) => form.isDirty(field)) : Object.entries(all);
    props.submit({ name: values.name, ...Object.fromEntries(sent) }, values.inBrowser, refused);
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        {(form.errors["form"] ?? form.errors["publicKey"]) && (
          <Alert color="red" role="alert">
            {form.errors["form"] ?? form.errors["publicKey"]}
          </Alert>
        )}
        <TextInput
          label={t("device.name")}
          maxLength={64}
          required
          autoComplete="off"
          data-autofocus
          {...form.getInputProps("name")}
        />
        <OwnerSelect
          value={form.values.userId}
          onChange={(user) => form.setFieldValue("userId", user)}
          error={form.errors["userId"]}
        />
        <TextInput
          label={t("device.expires")}
          description={t("device.expiresHint")}
          type="datetime-local"
          {...form.getInputProps("expiresAt")}
        />
        <NumberInput
          label={t("device.quota")}
          description={t("device.quotaHint")}
          suffix=" GiB"
          min={0}
          max={MOST}
          decimalScale={3}
          {...form.getInputProps("quotaBytes")}
        />
        <Switch
          label={t("device.preshared")}
          description={t("device.presharedHint")}
          {...form.getInputProps("presharedKey", { type: "checkbox" })}
        />
        {!peer && (
          <Switch
            label={t("device.inBrowser")}
            description={t(canMakeKeys() ? "device.inBrowserHint" : "device.inBrowserCannot")}
            disabled={!canMakeKeys()}
            {...form.getInputProps("inBrowser", { type: "checkbox" })}
          />
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={props.pending}>
            {props.label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
