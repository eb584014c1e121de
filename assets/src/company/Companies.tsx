// Companies that customers belong to.
import { Button, Group, Select, TagsInput, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import {
  deleteCompaniesById,
  getCompanies,
  type HelpdeskCompany,
  patchCompaniesById,
  postCompanies,
} from "../api";
import { Acts } from "../frame/Acts";
import { ButtonLink } from "../frame/links";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { Sheet, useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";

const HEALTH = ["happy", "neutral", "at_risk"] as const;
const TIERS = ["free", "basic", "premium", "enterprise"] as const;
const AGAIN = [["companies"]];

function Company({ company, close }: { company: HelpdeskCompany | undefined; close: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: {
      name: company?.name ?? "",
      domains: company?.domains ?? [],
      industry: company?.industry ?? "",
      healthScore: company?.healthScore ?? null,
      accountTier: company?.accountTier ?? null,
      renewalDate: company?.renewalDate ?? "",
      description: company?.description ?? "",
    },
  });
  const save = useSave({
    ask: (values: typeof form.values) => {
      const body = {
        ...values,
        industry: values.industry || null,
        renewalDate: values.renewalDate || null,
        description: values.description || null,
      };
      return company
        ? answer(patchCompaniesById({ path: { id: company.id }, body }))
        : answer(postCompanies({ body }));
    },
    again: AGAIN,
    done: close,
    form,
  });
  const words = (kind: string, all: readonly string[]) =>
    all.map((value) => ({ value, label: t(`company.${kind}.${value}`) }));
  return (
    <Sheet
      title={company?.name ?? t("company.add")}
      close={close}
      pending={save.isPending}
      submit={form.onSubmit((values) => save.mutate(values))}
    >
      <TextInput label={t("company.name")} required data-autofocus {...form.getInputProps("name")} />
      <TagsInput
        label={t("company.domains")}
        description={t("company.domainsHint")}
        {...form.getInputProps("domains")}
      />
      <TextInput label={t("company.industry")} {...form.getInputProps("industry")} />
      <Group grow>
        <Select
          label={t("company.health.title")}
          data={words("health", HEALTH)}
          clearable
          {...form.getInputProps("healthScore")}
        />
        <Select
          label={t("company.tier.title")}
          data={words("tier", TIERS)}
          clearable
          {...form.getInputProps("accountTier")}
        />
      </Group>
      <TextInput type="date" label={t("company.renewal")} {...form.getInputProps("renewalDate")} />
      <Textarea
        label={t("company.description")}
        autosize
        minRows={2}
        maxRows={8}
        {...form.getInputProps("description")}
      />
    </Sheet>
  );
}

/** All companies. */
export function Companies() {
  const { t } = useTranslation();
  const [open, setOpen] = useState<HelpdeskCompany | "new" | null>(null);
  const companies = useQuery({
    queryKey: ["companies"],
    queryFn: () => answer(getCompanies({ query: { limit: 1000 } })),
  });
  const remove = useSave({
    ask: (id: string) => answer(deleteCompaniesById({ path: { id } })),
    again: AGAIN,
  });
  const columns: Column<HelpdeskCompany>[] = [
    {
      label: t("company.name"),
      cell: (company) => (
        <>
          <Text size="sm" fw={550}>
            {company.name}
          </Text>
          <Text size="xs" c="dimmed">
            {company.industry}
          </Text>
        </>
      ),
    },
    { label: t("company.domains"), cell: (company) => company.domains.join(", ") },
    {
      label: t("company.health.title"),
      cell: (company) => company.healthScore && t(`company.health.${company.healthScore}`),
    },
    {
      label: t("company.tier.title"),
      cell: (company) => company.accountTier && t(`company.tier.${company.accountTier}`),
    },
    { label: t("company.renewal"), cell: (company) => company.renewalDate },
    {
      label: t("act.title"),
      unseen: true,
      cell: (company) => (
        <Acts
          name={company.name}
          edit={() => setOpen(company)}
          remove={{
            text: t("company.deleteHint", { name: company.name }),
            act: () => remove.mutate(company.id),
          }}
        />
      ),
    },
  ];
  return (
    <Page
      title={t("place.companies")}
      actions={
        <>
          <ButtonLink to="/console/settings/tables" search={{ of: "companies" }} variant="default">
            {t("table.link")}
          </ButtonLink>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen("new")}>
            {t("company.add")}
          </Button>
        </>
      }
    >
      <Loaded query={companies}>
        {(rows) => (
          <Rows
            rows={rows}
            columns={columns}
            id={(company) => company.id}
            none={t("company.none")}
            noneHint={t("company.noneHint")}
            minWidth={820}
          />
        )}
      </Loaded>
      {open && <Company company={open === "new" ? undefined : open} close={() => setOpen(null)} />}
    </Page>
  );
}
