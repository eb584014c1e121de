// What a refusal says about the fields of a form.
import type { FormErrors } from "@mantine/form";

import { Refused } from "./queries";

/** A sentence for each field that was refused; nothing where the refusal is about none of them. */
export function fieldErrors(error: unknown): FormErrors {
  if (!(error instanceof Refused)) return {};
  return Object.fromEntries(Object.entries(error.fields).map(([field, said]) => [field, said.join(" ")]));
}
