import { describe, expect, test } from "vitest";
import type { StatusDocument } from "../../../src/engine/status-format.ts";
import { liveRows, type SeenChange } from "../../../src/ui/status/live-rows.ts";
import type { Look } from "../../../src/ui/view.ts";
import { serverOf, statusOf } from "../documents.ts";
import { TYPES } from "../types.ts";

const AT = Date.parse("2026-01-05T09:31:02.000Z");

interface Picture {
  readonly document?: Partial<StatusDocument>;
  readonly look?: Partial<Look>;
  readonly seen?: readonly SeenChange[];
  readonly columns?: number;
  readonly rows?: number;
}

function picture({ document, look, seen = [], columns = 80, rows = 40 }: Picture): string[] {
  const whole: Look = {
    document: statusOf(document),
    readAt: AT,
    changes: [],
    every: 5,
    quit: () => {},
    ...look,
  };
  const looking = { now: AT, columns, isSandbox: false, types: TYPES };
  return liveRows(whole, seen, looking, rows).map((spans) =>
    spans.map(({ text }) => text).join(""),
  );
}

const servers = Array.from({ length: 30 }, (_, index) => serverOf({ id: `i-${index}` }));
const seen = Array.from({ length: 20 }, (_, index): SeenChange => {
  return { at: AT - index * 1000, text: `change ${index}`, tone: "plain" };
});

describe.each([
  [80, 24],
  [60, 12],
  [40, 8],
  [200, 60],
  [30, 4],
])("on %i columns and %i rows", (columns, rows) => {
  const document = { instances: servers, outputs: { url: `http://${"a".repeat(100)}/` } };
  const lines = picture({ document, seen, columns, rows });

  test("the picture has fewer lines than the screen", () => {
    expect(lines.length).toBeLessThan(rows);
    expect(lines[0]).toMatch(/^Stack afterpay in/);
  });

  test("no line is folded by the terminal", () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  });
});

test("what is left out is counted", () => {
  const lines = picture({ document: { instances: servers }, rows: 20 });
  const shown = lines.filter((line) => line.startsWith("✓ i-")).length;
  // The servers' head, and the second lines of the rows, are of the picture's lines, too.
  expect(lines.join("\n")).toMatch(/^… \d+ more lines$/m);
  expect(shown).toBeGreaterThan(3);
  expect(shown).toBeLessThan(30);
  expect(lines.at(-1)).toContain("Press q to quit.");
});

test("the newest changes come first, and only so many", () => {
  const lines = picture({ seen });
  const at = lines.indexOf("CHANGES, NEWEST FIRST");
  expect(lines.slice(at + 1, at + 3)).toEqual(["09:31:02 change 0", "09:31:01 change 1"]);
  expect(lines.join("\n")).not.toContain("change 6");
});

const long: readonly SeenChange[] = seen.slice(0, 5).map((each, index) => {
  return { ...each, text: `change ${index} ${"word ".repeat(20)}end` };
});

test("a change of two lines is shown whole, however many there are", () => {
  for (let rows = 12; rows < 40; rows += 1) {
    const text = picture({ seen: long, document: { instances: servers.slice(0, 2) }, rows });
    const begun = text.filter((line) => /^\d\d:\d\d:\d\d change/.test(line)).length;
    expect(text.filter((line) => line.endsWith(" end")).length, `${rows} rows`).toBe(begun);
    expect(text.length).toBeLessThan(rows);
  }
});

test("changes of two lines take the lines that the servers leave", () => {
  const lines = picture({ seen: long, rows: 40 });
  expect(lines.filter((line) => line.endsWith(" end"))).toHaveLength(long.length);
});

test("an age that grows moves no other column", () => {
  const columns = [1, 61, 600, 3_599].map((seconds) => {
    const launchedAt = new Date(AT - seconds * 1000).toISOString();
    const lines = picture({ document: { instances: [serverOf({ launchedAt })] }, columns: 80 });
    return lines.find((line) => line.includes(" IMAGE"))?.indexOf("IMAGE");
  });
  expect(new Set(columns).size).toBe(1);
});

test("the URL is there where it has room", () => {
  const outputs = { url: "http://shop.example/" };
  expect(picture({ document: { outputs } })).toContain("http://shop.example/");
  expect(picture({ document: { outputs }, columns: 19 }).join("\n")).not.toContain("http:");
});

test("of the resources, those that are ready are one line", () => {
  const resource = { address: "image/a", type: "image", id: "ami-1", outputs: {} };
  const resources = [
    { ...resource, status: "ready" },
    { ...resource, address: "image/b", status: "ready" },
    { ...resource, address: "image/c", status: "failed" },
  ];
  const lines = picture({ document: { resources, missing: ["key-pair/a"] } });
  expect(lines).toContain("✓ 2 resources are ready");
  expect(lines.join("\n")).toMatch(/✗ key-pair\/a +does not exist\n✗ image\/c +failed/);
  expect(lines.join("\n")).not.toContain("image/a");
});

test("a look that failed is told, and of when the picture is", () => {
  const failure = { kind: "outside", message: "no network" } as const;
  expect(picture({ look: { failure, every: 10 } }).slice(-2)).toEqual([
    "! Could not read the account: no network",
    "Still showing 09:31:02 UTC, again in 10 s. Press q to quit.",
  ]);
  expect(picture({}).at(-1)).toBe("As of 09:31:02 UTC, again in 5 s. Press q to quit.");
});
