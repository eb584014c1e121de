// What a refusal says, where it belongs: below the fields of a form.
import type { FormErrors } from "@mantine/form";

import { Refused } from "./queries";

/** Puts what a refusal says about fields below them. */
export function blame(form: { setErrors: (errors: FormErrors) => void }, error: Error): void {
  if (!(error instanceof Refused)) return;
  form.setErrors(Object.fromEntries(Object.entries(error.fields).map(([field, said]) => [field, said[0]])));
}

/** What a refusal says that no field of a form shows. */
export function unplaced(error: Error | null, fields: readonly string[]): string | undefined {
  if (!(error instanceof Refused)) return error?.message;
  const said = Object.entries(error.fields);
  if (said.length === 0) return error.message;
  const others = said.filter(([field]) => !fields.includes(field)).flatMap(([, texts]) => texts);
  return others.length > 0 ? others.join(" ") : undefined;
}

/** A sentence for each field that was refused; nothing where the refusal is about none of them. */
export function fieldErrors(error: unknown): FormErrors {
  if (!(error instanceof Refused)) return {};
  return Object.fromEntries(Object.entries(error.fields).map(([field, said]) => [field, said.join(" ")]));
}
