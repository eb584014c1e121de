// Programs that act for people who allow it.
import { Badge, Checkbox, SimpleGrid, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import {
  deleteOauthClientsByClientId,
  getOauthClients,
  type HelpdeskOauthClient,
  type HelpdeskScopeWord,
  postOauthClients,
} from "../api";
import { moment } from "../figures";
import { Acts } from "../frame/Acts";
import { Once } from "../frame/Once";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { Sheet, useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { AddButton } from "./AddButton";
import { SCOPES } from "./ApiKeys";

const AGAIN = [["oauthClients"]];

function NewClient(props: { close: () => void; done: (client: HelpdeskOauthClient) => void }) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: {
      name: "",
      uris: "",
      scopes: ["tickets:read"] as HelpdeskScopeWord[],
      confidential: true,
    },
  });
  const save = useSave({
    ask: ({ uris, ...values }: typeof form.values) =>
      answer(postOauthClients({ body: { ...values, redirect_uris: uris.split(/\s+/).filter(Boolean) } })),
    again: AGAIN,
    done: (client) => {
      props.close();
      props.done(client);
    },
    form,
  });
  return (
    <Sheet
      title={t("settings.client.add")}
      word={t("act.add")}
      close={props.close}
      pending={save.isPending}
      submit={form.onSubmit((values) => save.mutate(values))}
    >
      <TextInput label={t("settings.name")} required data-autofocus {...form.getInputProps("name")} />
      <Textarea
        label={t("settings.client.uris")}
        description={t("settings.client.urisHint")}
        autosize
        minRows={2}
        {...form.getInputProps("uris")}
        error={form.errors["redirect_uris"]}
      />
      <Checkbox.Group label={t("settings.scopes")} {...form.getInputProps("scopes")}>
        <SimpleGrid cols={2} spacing="xs" mt="xs">
          {SCOPES.map((scope) => (
            <Checkbox key={scope} value={scope} label={scope} />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
      <Switch
        label={t("settings.client.confidential")}
        description={t("settings.client.confidentialHint")}
        {...form.getInputProps("confidential", { type: "checkbox" })}
      />
    </Sheet>
  );
}

/** All of them. */
export function OauthClients() {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<HelpdeskOauthClient | null>(null);
  const clients = useQuery({
    queryKey: ["oauthClients"],
    queryFn: () => answer(getOauthClients({ query: { limit: 1000 } })),
  });
  const remove = useSave({
    ask: (client_id: string) => answer(deleteOauthClientsByClientId({ path: { client_id } })),
    again: AGAIN,
  });
  const columns: Column<HelpdeskOauthClient>[] = [
    {
      label: t("settings.name"),
      cell: (client) => (
        <>
          <Text size="sm" fw={550}>
            {client.name}
          </Text>
          <Text size="xs" c="dimmed">
            {client.client_id}
          </Text>
        </>
      ),
    },
    {
      label: t("settings.client.kind"),
      cell: (client) => (
        <Badge variant="light" color="gray">
          {t(client.confidential ? "settings.client.withSecret" : "settings.client.public")}
        </Badge>
      ),
    },
    { label: t("settings.client.uris"), cell: (client) => client.redirect_uris.join(", ") },
    { label: t("settings.scopes"), cell: (client) => client.scopes.join(", ") },
    { label: t("settings.added"), cell: (client) => moment(client.created_at) },
    {
      label: t("act.title"),
      unseen: true,
      cell: (client) => (
        <Acts
          name={client.name}
          remove={{ text: t("settings.client.deleteHint"), act: () => remove.mutate(client.client_id) }}
        />
      ),
    },
  ];
  return (
    <Page
      title={t("settings.area.clients")}
      actions={<AddButton word={t("settings.client.add")} act={() => setAdding(true)} />}
    >
      <Loaded query={clients}>
        {(rows) => (
          <Rows
            rows={rows}
            columns={columns}
            id={(client) => client.client_id}
            none={t("settings.client.none")}
            noneHint={t("settings.client.noneHint")}
            minWidth={860}
          />
        )}
      </Loaded>
      {adding && <NewClient close={() => setAdding(false)} done={setMade} />}
      {made && (
        <Once
          title={made.name}
          hint={t("settings.onceHint")}
          values={[
            { label: t("settings.client.id"), value: made.client_id },
            ...(made.client_secret ? [{ label: t("settings.pair.secret"), value: made.client_secret }] : []),
          ]}
          close={() => setMade(null)}
        />
      )}
    </Page>
  );
}
