import { describe, expect, test } from "vitest";
import { Cancelled, isTransient, OutsideError, UserError } from "../../src/engine/errors.ts";

describe("an error", () => {
  const cause = new Error("why");

  test("of the user has what to do, and its cause where there is one", () => {
    const error = new UserError("no such file", { remedy: "name another", cause });
    expect(error).toMatchObject({ name: "UserError", remedy: "name another", cause });
    expect(new UserError("no")).not.toHaveProperty("cause");
    expect(new UserError("no").remedy).toBeUndefined();
  });

  test("from outside has AWS's code, the operation and what to do", () => {
    const facts = { code: "Denied", operation: "ec2:X", remedy: "ask", cause };
    expect(new OutsideError("no", facts)).toMatchObject({ name: "OutsideError", ...facts });
    expect(new OutsideError("no")).not.toHaveProperty("cause");
  });

  test("that is an interrupt is named so", () => {
    expect(new Cancelled("stopped").name).toBe("Cancelled");
  });

  test.each([
    ["says so of itself", Object.assign(new Error("?"), { isTransient: true }), true],
    ["says the contrary", Object.assign(new Error("?"), { isTransient: false }), false],
    ["says nothing", new Error("?"), false],
    ["is none", { isTransient: true }, false],
  ])("that %s is transient: %s", (_why, error, expected) => {
    expect(isTransient(error)).toBe(expected);
  });
});
