// What the server says is English: whoever reads the pages in German reads that in German, too.
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

const GERMAN = { locale: "de-DE" };

test("a wrong password is told in German", async ({ instance: { url }, open }) => {
  const page = await open(`${url}/sign-in`, undefined, GERMAN);
  await settled(page);
  await page.getByLabel("E-Mail-Adresse").fill("nobody@example.org");
  await page.getByLabel("Passwort", { exact: true }).fill("no password of anybody");
  await page.getByRole("button", { name: "Anmelden" }).click();
  await expect(page.getByRole("alert")).toContainText("E-Mail-Adresse oder Passwort ist falsch.");
});

test("a field that is missing is named in German", async ({ instance: { url, admin }, open }) => {
  const page = await open(`${url}/console/settings/canned`, admin, GERMAN);
  await settled(page);
  await page.getByRole("button", { name: "Textbaustein hinzufügen" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("button", { name: "Speichern" }).click();
  await expect(form.getByText("Geben Sie einen Titel an.")).toBeVisible();
  await expect(form.getByText("Das Feld „Text“ muss ausgefüllt sein.")).toBeVisible();
});

test("what a person wrote stays in the German text as it was", async ({ instance: { url, admin }, open }) => {
  const { project } = await admin.api.post("/api/admin/projects", { name: "Networks" });
  const page = await open(`${url}/console/settings/projects/${project.id}`, admin, GERMAN);
  await settled(page);
  await page.getByRole("button", { name: "Schlüsselpaar hinzufügen" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("textbox", { name: "Name" }).fill("Back end");
  await form.getByLabel(/^Adressen, von denen/).fill("project");
  await page.keyboard.press("Enter");
  await form.getByRole("button", { name: "Hinzufügen" }).click();
  const wrong = "„project“ ist weder eine IP-Adresse noch ein Netz, etwa 203.0.113.0/24.";
  await expect(form.getByText(wrong)).toBeVisible();
});
