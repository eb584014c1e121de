import { expect, test } from "vitest";

import { pieces } from "./AsWritten";

test("a plain text stays as it was written, and its addresses are told apart", () => {
  for (const text of ["__init__.py\n# x\n* a", "", "no://page www.a.example"])
    expect(pieces(text)).toEqual([text]);
  expect(pieces("See https://a.example/x_y_z. Or the page (https://b.example/(c)).")).toEqual([
    "See ",
    "https://a.example/x_y_z",
    ". Or the page (",
    "https://b.example/(c)",
    ").",
  ]);
});
