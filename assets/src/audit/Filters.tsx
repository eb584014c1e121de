// What is looked for in the audit log: who, what, and when.
import { Button, Group, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useTranslation } from "react-i18next";

import { isSought, type Sought } from "./log";

/** The fields; each change is told at once, words once nobody types any more. */
export function Filters({ sought, seek }: { sought: Sought; seek: (sought: Sought) => void }) {
  const { t } = useTranslation();
  const set = (name: keyof Sought, value: string) => {
    const { [name]: _, ...others } = sought;
    seek(value ? { ...others, [name]: value } : others);
  };
  const later = useDebouncedCallback(set, 300);
  const words = (name: "who" | "what", label: string, hint?: string) => (
    <TextInput
      label={label}
      placeholder={hint}
      key={`${name} ${sought[name] === undefined ? "empty" : "given"}`}
      defaultValue={sought[name] ?? ""}
      onChange={(event) => later(name, event.currentTarget.value)}
    />
  );
  const day = (name: "from" | "to", label: string) => (
    <TextInput
      type="date"
      label={label}
      value={sought[name] ?? ""}
      onChange={(event) => set(name, event.currentTarget.value)}
    />
  );
  return (
    <Group role="search" align="flex-end" gap="sm">
      {words("who", t("audit.who"), t("audit.whoHint"))}
      {words("what", t("audit.what"))}
      {day("from", t("audit.from"))}
      {day("to", t("audit.to"))}
      {isSought(sought) && (
        <Button variant="subtle" onClick={() => seek({})}>
          {t("audit.all")}
        </Button>
      )}
    </Group>
  );
}
