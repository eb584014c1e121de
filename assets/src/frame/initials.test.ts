// Initials of names.
import { expect, test } from "vitest";

import { initials } from "./initials";

test("a name is told by the first letters of its first two words", () => {
  expect(initials("Carla Customer")).toBe("CC");
  expect(initials("  Ana  de la Cruz ")).toBe("AD");
});

test("a name of one word is told by its first two letters", () => {
  expect(initials("alice")).toBe("AL");
  expect(initials("X")).toBe("X");
  expect(initials("")).toBe("");
});

test("what readers see as one letter stays whole", () => {
  expect(initials("🦊 Fox")).toBe("🦊F");
  expect(initials("👩‍🚀🦊")).toBe("👩‍🚀🦊");
  expect(initials("E\u0301va 🇩🇪")).toBe("E\u0301🇩🇪");
});
