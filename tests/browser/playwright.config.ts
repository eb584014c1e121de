// How the tests run: against Debian's Chromium, each worker beside a Gatehouse of its own.
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "tests",
  outputDir: "../../target/browser",
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    locale: "en-GB",
    timezoneId: "Europe/Lisbon",
    trace: "off",
    launchOptions: {
      executablePath: process.env["GATEHOUSE_CHROMIUM"] ?? "/usr/bin/chromium",
      // No sandbox: the tests run as root on many machines, and see no pages but ours.
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    },
  },
});
