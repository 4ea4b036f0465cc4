import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { loadStack } from "../../src/spec/load.ts";

/**
 * At the path of each file of rules in src/spec, such as `image/rules.yaml`: what is said of `base` with
 * these sections in the place of its own, and of what lies next to it and is all right, nothing.
 */
interface Case {
  readonly why: string;
  readonly file: Sections;
  readonly said: readonly string[];
}

const base = { version: 1, stack: "afterpay", image: { base: "debian-12" }, scaling: { min: 2 } };
const folder = import.meta.dirname;
const files = rulesIn(folder, "yaml");

/** The files of rules, without their ending: those of a section, and those about several sections. */
function rulesIn(cwd: string, ending: string): readonly string[] {
  return globSync([`*/rules.${ending}`, `rules/*.${ending}`], { cwd })
    .map((file) => file.slice(0, -`.${ending}`.length))
    .sort();
}

type Sections = {
  readonly network?: { readonly vpc?: string };
  readonly securityGroups?: object;
  readonly scaling?: object;
  readonly [section: string]: unknown;
};

/** In an own network, servers need a group of the file. A case that is about something else does not repeat it. */
function withGroups(sections: Sections): object {
  if (sections.network?.vpc !== "own") return sections;
  return {
    ...sections,
    securityGroups: { servers: {}, ...sections.securityGroups },
    scaling: { min: 2, securityGroups: ["servers"], ...sections.scaling },
  };
}

/**
 * Errors first, as a person reads them: "error tags: there are 26 tags → remove one"; "error name of tags"
 * where the place is the field's name and not its value.
 */
function saidOf(sections: Sections): readonly string[] {
  // JSON is YAML, too.
  const text = JSON.stringify({ ...base, ...withGroups(sections) }, undefined, 1);
  const lines = text.split("\n");
  const isName = (line: number, column: number) =>
    /^"[^"]*": /.test(lines[line - 1]?.slice(column - 1) ?? "");
  const loaded = loadStack(Buffer.from(text), { file: "stack.yaml" });
  const errors = "errors" in loaded ? loaded.errors : [];
  return [...errors, ...loaded.warnings].map(
    ({ severity, line, column, path, message, help }) =>
      `${severity} ${isName(line, column) ? "name of " : ""}${path}: ${message}${help === undefined ? "" : ` → ${help}`}`,
  );
}

describe.each(files)("%s", (file) => {
  const cases = parse(readFileSync(join(folder, `${file}.yaml`), "utf8")) as readonly Case[];
  test.each(cases)("$why", ({ file: sections, said }) => {
    expect(saidOf(sections)).toEqual(said);
    // Something wrong that has nothing to do with it silences none of it.
    const others = saidOf({ ...sections, wrong: 1 } as Sections).filter(
      (each) => !each.includes('"wrong"'),
    );
    expect(others).toEqual(said);
  });
});

test("each file of rules has its cases", () => {
  const sources = rulesIn(join(folder, "../../src/spec"), "ts");
  expect(sources.length).toBeGreaterThan(5);
  expect(files).toEqual(sources);
});

describe("how many there may be", () => {
  /** Rules of as many peers of each kind. */
  const peers = (cidr4: number, cidr6 = 0, groups = 0, lists = 0) => [
    ...Array.from({ length: cidr4 }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`),
    ...Array.from({ length: cidr6 }, (_, n) => `2001:db8:${n.toString(16)}::/48`),
    ...Array.from({ length: groups }, (_, n) => `sg-${String(n).padStart(8, "0")}`),
    ...Array.from({ length: lists }, (_, n) => `pl-${String(n).padStart(8, "0")}`),
  ];
  const into = (...count: Parameters<typeof peers>) => ({
    securityGroups: { web: { ingress: [{ port: 80, from: peers(...count) }] } },
  });
  const outOf = (...count: Parameters<typeof peers>) => ({
    securityGroups: { web: { egress: [{ port: 80, to: peers(...count) }] } },
  });
  const tags = (count: number) => ({
    tags: Object.fromEntries(Array.from({ length: count }, (_, n) => [`key-${n}`, "value"])),
  });
  const place = (direction: string) => `name of securityGroups.web.${direction}: the group has`;
  const help =
    "→ merge CIDRs, use a prefix list, or split the group: a server can use several groups";
  const usual = `but AWS allows only 60 unless it raised the quota for this account ${help}`;
  const most = `but AWS allows at most 1000 ${help}`;

  test.each<[what: string, sections: object, said: readonly string[]]>([
    ["tags, as many as are left of AWS's 50", tags(25), []],
    [
      "one tag more",
      tags(26),
      [
        "error name of tags: the stack has 26 tags, but at most 25 are allowed → remove 1 of them: AWS allows 50 tags per resource, and this program reserves 25 of them",
      ],
    ],
    ["rules, as many as AWS usually allows", into(60), []],
    [
      "one rule more, which a raised quota allows",
      into(61),
      [`warning ${place("ingress")} 61 inbound IPv4 rules, ${usual}`],
    ],
    [
      "rules, as many as AWS ever allows",
      into(1000),
      [`warning ${place("ingress")} 1000 inbound IPv4 rules, ${usual}`],
    ],
    [
      "one rule more than AWS ever allows",
      into(1001),
      [`error ${place("ingress")} 1001 inbound IPv4 rules, ${most}`],
    ],
    [
      "one rule more of those that let out",
      outOf(61),
      [`warning ${place("egress")} 61 outbound IPv4 rules, ${usual}`],
    ],
    ["rules of both families, as many as AWS usually allows of each", into(60, 60), []],
    [
      "one rule more of IPv6",
      into(60, 61),
      [`warning ${place("ingress")} 61 inbound IPv6 rules, ${usual}`],
    ],
    ["groups, which count in both families", into(30, 30, 30), []],
    [
      "one group more",
      into(30, 30, 31),
      [`warning ${place("ingress")} 61 inbound IPv4 rules, ${usual}`],
    ],
    ["prefix lists, of which only AWS knows how many rules they are", into(60, 60, 0, 9), []],
  ])("%s", (_what, sections, said) => {
    expect(saidOf(sections as Sections)).toEqual(said);
  });
});
