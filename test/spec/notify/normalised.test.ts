import { expect, test } from "vitest";
import { LEAST, load } from "../stacks.ts";

test("people are told of everything unless the file says of what, in the order of the file", () => {
  const text = `${LEAST}notify: { to: [ops@example.com, "https://hooks.example.com/"] }\n`;
  const to = [
    { kind: "email", value: "ops@example.com" },
    { kind: "https", value: "https://hooks.example.com/" },
  ];
  expect(load(text).notify).toEqual({ to, on: ["alarms", "launches", "applies"] });
  expect(load(text.replace("] }", "], on: [applies, alarms] }")).notify).toEqual({
    to,
    on: ["applies", "alarms"],
  });
});

test("nobody is told where the file has no such section", () => {
  expect(load(LEAST)).not.toHaveProperty("notify");
});
