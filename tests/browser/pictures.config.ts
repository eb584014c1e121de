// Makes the README's pictures: sh tests/browser.sh --config pictures.config.ts
import { defineConfig } from "@playwright/test";

import tests from "./playwright.config.ts";

export default defineConfig({ ...tests, testDir: "pictures", workers: 1 });
