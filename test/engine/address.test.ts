import { expect, test } from "vitest";
import { nameInAddress, typeOf } from "../../src/engine/address.ts";

test("an address is a type and a name, with the first slash between them", () => {
  expect(typeOf("security-group/web/x")).toBe("security-group");
  expect(nameInAddress("security-group/web/x")).toBe("web/x");
});
