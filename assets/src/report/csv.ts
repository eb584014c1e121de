// Tables as files, made in the browser of what is shown.
import { hand } from "../frame/hand";

/** What may stand in a cell. */
export type Cell = string | number | bigint | null;

/** A cell that no spreadsheet takes for a formula. */
function cell(value: Cell): string {
  const text = value === null ? "" : String(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text of a file. */
export function csv(head: string[], rows: Cell[][]): string {
  return [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** Hands the file to whoever asked. */
export function download(name: string, head: string[], rows: Cell[][]): void {
  // The mark tells spreadsheets that it is UTF-8.
  hand(name, new Blob(["\uFEFF", csv(head, rows)], { type: "text/csv;charset=utf-8" }));
}
