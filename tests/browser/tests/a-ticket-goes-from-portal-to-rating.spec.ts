// One ticket as both sides see it: filed in the portal, answered in the console, resolved, rated.
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

const SUBJECT = "No handshake since the storm";
const ANSWER = "Please switch the router off and on again.";

test("a ticket goes from the portal to the console and comes back rated", async ({ instance, open }) => {
  const theirs = await open(`${instance.url}/portal/tickets`, instance.customer);
  await theirs.getByRole("link", { name: "New ticket" }).first().click();
  await theirs.getByLabel("Subject").fill(SUBJECT);
  const about = theirs.getByRole("combobox", { name: "What is it about?" });
  await about.click();
  await theirs.getByRole("option").first().click();
  await theirs.getByLabel("What happened?").fill("It worked yesterday.\nNow it does not.");
  const [chooser] = await Promise.all([
    theirs.waitForEvent("filechooser"),
    theirs.getByRole("button", { name: "Attach files" }).click(),
  ]);
  await chooser.setFiles({
    name: "log.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("handshake timed out"),
  });
  await theirs.getByRole("button", { name: "Send" }).click();
  await expect(theirs.getByRole("heading", { level: 1, name: SUBJECT })).toBeVisible();
  await expect(theirs.getByRole("link", { name: /log\.txt/ })).toBeVisible();

  const ours = await open(`${instance.url}/console/tickets`, instance.agent);
  await ours.getByRole("link", { name: SUBJECT }).click();
  await settled(ours);
  await ours.getByRole("button", { name: "Assign to me" }).click();
  // What one writes may stand here, told live, before the answer empties the field.
  const conversation = ours.getByRole("region", { name: "Conversation" });
  await ours.getByText("Internal note", { exact: true }).click();
  await ours.getByRole("textbox", { name: "Internal note" }).fill("Looks like their provider.");
  await ours.getByRole("button", { name: "Add the note" }).click();
  await expect(conversation.getByText("Looks like their provider.")).toBeVisible();
  await ours.getByText("Reply", { exact: true }).click();
  await ours.getByRole("textbox", { name: "Write a reply" }).fill(ANSWER);
  await ours.keyboard.press("Control+Enter");
  await expect(conversation.getByText(ANSWER)).toBeVisible();
  await ours.getByRole("combobox", { name: "Status" }).click();
  await ours.getByRole("option", { name: "Resolved" }).click();
  await expect(ours.getByRole("combobox", { name: "Status" })).toHaveValue("Resolved");

  // Nobody reloads anything: both sides follow along.
  await expect(theirs.getByText(ANSWER)).toBeVisible();
  await expect(theirs.getByText("Looks like their provider.")).toHaveCount(0);
  await theirs.getByRole("radio", { name: "5 stars" }).press("Space");
  await theirs.getByLabel("A word about it (optional)").fill("Quick, thank you.");
  await theirs.getByRole("button", { name: "Send the rating" }).click();
  await expect(theirs.getByRole("heading", { name: "Your rating" })).toBeVisible();

  await expect(ours.getByText("Quick, thank you.")).toBeVisible();
  await expect(ours.getByRole("img", { name: "5 stars" }).first()).toBeVisible();
  await ours.getByRole("button", { name: /^Notifications: \d+ unread$/ }).click();
  await expect(ours.getByRole("dialog").getByRole("link", { name: SUBJECT }).first()).toBeVisible();
});
