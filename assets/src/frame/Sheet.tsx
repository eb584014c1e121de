// A form above the page, and how it saves.
import { Button, Group, Modal, Stack } from "@mantine/core";
import { type QueryKey, useMutation } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { queries, Refused } from "./queries";

/** A form in a window of its own. */
export function Sheet(props: {
  title: string;
  close: () => void;
  submit: (event: FormEvent<HTMLFormElement>) => void;
  pending: boolean;
  word?: string;
  size?: string;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={props.close} title={props.title} size={props.size ?? "md"}>
      <form onSubmit={props.submit} noValidate>
        <Stack gap="sm">
          {props.children}
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={props.close}>
              {t("act.cancel")}
            </Button>
            <Button type="submit" loading={props.pending}>
              {props.word ?? t("act.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Does something, and asks again for what it changed; what is said about fields goes to the form. */
export function useSave<V, R>(options: {
  ask: (values: V) => Promise<R>;
  again: QueryKey[];
  done?: (result: R) => void;
  form?: { setErrors: (errors: Record<string, ReactNode>) => void };
}) {
  return useMutation({
    mutationFn: options.ask,
    onSuccess: async (result) => {
      await Promise.all(options.again.map((queryKey) => queries.invalidateQueries({ queryKey })));
      options.done?.(result);
    },
    onError: (error) => {
      if (!(error instanceof Refused)) return;
      const errors = Object.entries(error.fields).map(([field, said]) => [field, said.join(" ")]);
      options.form?.setErrors(Object.fromEntries(errors) as Record<string, string>);
    },
  });
}
