import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { loadStack } from "../../src/spec/load.ts";

/**
 * `rules/<file of src/spec/rules>.yaml`: what is said of `base` with these sections in the place of
 * its own, and of what lies next to it and is all right, nothing.
 */
interface Case {
  readonly why: string;
  readonly file: object;
  readonly said: readonly string[];
}

const base = { version: 1, stack: "afterpay", image: { base: "debian-12" }, scaling: { min: 2 } };
const folder = new URL("rules/", import.meta.url);

/** Errors first, as a person reads them: "error tags: there are 26 tags → remove one". */
function saidOf(sections: object): readonly string[] {
  // JSON is YAML, too.
  const text = JSON.stringify({ ...base, ...sections }, undefined, 1);
  const loaded = loadStack(Buffer.from(text), { file: "stack.yaml" });
  const errors = "errors" in loaded ? loaded.errors : [];
  return [...errors, ...loaded.warnings].map(
    ({ severity, path, message, help }) =>
      `${severity} ${path}: ${message}${help === undefined ? "" : ` → ${help}`}`,
  );
}

describe.each(readdirSync(folder))("%s", (file) => {
  const cases = parse(readFileSync(new URL(file, folder), "utf8")) as readonly Case[];
  test.each(cases)("$why", ({ file: sections, said }) => {
    expect(saidOf(sections)).toEqual(said);
  });
});

test("each file of rules has its cases", () => {
  const sources = readdirSync(new URL("../../src/spec/rules/", import.meta.url));
  expect(readdirSync(folder).map((file) => basename(file, ".yaml"))).toEqual(
    sources.map((file) => basename(file, ".ts")),
  );
});

describe("how many there may be", () => {
  const rules = (count: number) => ({
    securityGroups: {
      web: {
        ingress: [
          {
            port: 80,
            from: Array.from({ length: count }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`),
          },
        ],
      },
    },
  });
  const tags = (count: number) => ({
    tags: Object.fromEntries(Array.from({ length: count }, (_, n) => [`key-${n}`, "value"])),
  });
  test.each([
    ["tags, as many as are left of AWS's 50", tags(25), []],
    ["one tag more", tags(26), ["error tags: there are 26 tags, and at most 25 are possible"]],
    ["rules, as many as AWS usually allows", rules(60), []],
    [
      "one rule more, which a raised quota allows",
      rules(61),
      ["warning securityGroups.web.ingress"],
    ],
    ["rules, as many as AWS ever allows", rules(1000), ["warning securityGroups.web.ingress"]],
    ["one rule more than AWS ever allows", rules(1001), ["error securityGroups.web.ingress"]],
  ])("%s", (_what, sections, said) => {
    expect(saidOf(sections)).toEqual(said.map((words) => expect.stringContaining(words)));
  });
});
