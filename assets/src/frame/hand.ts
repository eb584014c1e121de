// Files that the browser has, handed to whoever sits in front of it.

/** Saves a file under a name. */
export function hand(name: string, file: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
