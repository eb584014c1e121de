// Tables of everything there is of a kind: taken in from CSV, and saved as CSV.
import {
  type HelpdeskImportReport,
  type PostCompaniesImportData,
  postCompaniesExport,
  type PostContactsImportData,
  postContactsExport,
  type PostTicketsImportData,
  postTicketsExport,
} from "../api";
import { hand } from "../frame/hand";
import { answer } from "../frame/queries";
import { upload } from "../frame/upload";

/** What there are tables of. */
export const KINDS = ["tickets", "contacts", "companies"] as const;

/** One of them. */
export type Kind = (typeof KINDS)[number];

/** What may stand in the address: tickets where nothing does. */
export interface Shown {
  of?: Exclude<Kind, "tickets">;
}

/** Reads an address; what makes no sense is left out. */
export function readShown(search: Record<string, unknown>): Shown {
  const of = (["contacts", "companies"] as const).find((kind) => kind === search["of"]);
  return of ? { of } : {};
}

/** The address of a kind's table. */
export const shown = (kind: Kind): Shown => (kind === "tickets" ? {} : { of: kind });

type Url = (PostTicketsImportData | PostContactsImportData | PostCompaniesImportData)["url"];

/** Takes a table in, or only foresees what would come of it; `progress` hears the share that has been sent, 0 to 1. */
export function take(kind: Kind, file: File, dry: boolean, progress: (share: number) => void) {
  const url: Url = `/api/${kind}/import`;
  const form = new FormData();
  form.set("dryRun", String(dry));
  form.set("file", file);
  return upload<HelpdeskImportReport>(url, form, progress);
}

const EXPORTS = {
  tickets: () => postTicketsExport({ parseAs: "blob" }),
  contacts: () => postContactsExport({ parseAs: "blob" }),
  companies: () => postCompaniesExport({ parseAs: "blob" }),
};

/** Asks for a table, and saves it. */
export async function save(kind: Kind): Promise<void> {
  // The description calls it a text; the browser keeps large ones on disk.
  const file: unknown = await answer<unknown>(EXPORTS[kind]());
  if (file instanceof Blob) hand(`${kind}.csv`, file);
}
