import { describe, expect, test } from "vitest";
import { StatusSummary } from "../../../src/ui/ink/status-summary.tsx";
import type { StatusDocument } from "../../../src/ui/view.ts";
import { START } from "./events.ts";
import { frameOf } from "./frame.tsx";

const STATUS: StatusDocument = {
  stack: "afterpay",
  region: "ap-southeast-2",
  resources: [
    {
      address: "auto-scaling-group/afterpay",
      type: "auto-scaling-group",
      id: "afterpay-auto-scaling-group-afterpay",
      status: "settling",
      reason: "1 of 2 in service",
      outputs: {},
    },
    {
      address: "image/afterpay",
      type: "image",
      id: "ami-0a1b2c3d4e5f60718",
      status: "ready",
      outputs: {},
    },
  ],
  instances: [
    {
      id: "i-0a1b2c3d4e5f60718",
      zone: "ap-southeast-2a",
      image: "ami-0a1b2c3d4e5f60718",
      lifecycle: "InService",
      protected: false,
      health: "OutOfService",
      reason: "Instance has failed at least the UnhealthyThreshold number of health checks",
      launchedAt: new Date(START - 3 * 3_600_000).toISOString(),
    },
    {
      id: "i-1a1b2c3d4e5f60718",
      zone: "ap-southeast-2b",
      image: "ami-0a1b2c3d4e5f60718",
      lifecycle: "InService",
      protected: false,
      health: "InService",
      launchedAt: new Date(START - 50 * 3_600_000).toISOString(),
    },
  ],
  problems: [],
  rollouts: [
    { group: "afterpay", status: "InProgress", percent: 50, reason: "warming up \u001b[2J" },
  ],
  outputs: { url: "http://afterpay-1.ap-southeast-2.elb.amazonaws.com/" },
};

describe.each([60, 80, 200])("the status on %i columns", (columns) => {
  const lines = frameOf(<StatusSummary document={STATUS} now={START} />, { columns });
  const text = lines.join("\n");

  test("fits, a line a resource and a line an instance", () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines.filter((line) => /^(RESOURCE|INSTANCE)( |$)/.test(line))).toHaveLength(2);
    expect(lines.filter((line) => /^i-/.test(line))).toHaveLength(2);
  });

  test("cuts nothing: ids are there to be copied, reasons to be read", () => {
    for (const { id, zone, image, reason = "" } of STATUS.instances) {
      for (const whole of [id, zone, image]) {
        expect(lines.some((line) => line.split(/ +/).includes(whole))).toBe(true);
      }
      expect(text.replace(/\s+/g, " ")).toContain(reason);
    }
    expect(text).not.toContain("…");
  });

  test("names every column, in the line where it stands", () => {
    const head = lines.findIndex((line) => line.startsWith("INSTANCE"));
    const heads = lines.slice(
      head,
      lines.findIndex((line) => /^i-/.test(line)),
    );
    expect(heads.join(" ").trim().split(/ +/)).toEqual([
      "INSTANCE",
      "ZONE",
      "AGE",
      "IMAGE",
      "LIFECYCLE",
      "HEALTH",
    ]);
  });

  test("tells rollout and URL whole, and in harmless characters", () => {
    expect(text).toContain("Rollout of afterpay: InProgress, 50 %: warming up \\u001b[2J");
    expect(lines.at(-1)).toBe("URL  http://afterpay-1.ap-southeast-2.elb.amazonaws.com/");
  });
});

test("an instance has its zone, age, image and health", () => {
  const lines = frameOf(<StatusSummary document={STATUS} now={START} />, { columns: 200 });
  expect(lines.find((line) => line.startsWith("i-0"))).toMatch(
    /^i-0a1b2c3d4e5f60718 +ap-southeast-2a +3 h 0 min +ami-0a1b2c3d4e5f60718 +InService +OutOfService$/,
  );
  expect(lines.join("\n")).toMatch(/OutOfService\n {2}Instance has failed at least .* checks\ni-1/);
  expect(lines.find((line) => line.startsWith("i-1"))).toMatch(/ 2 d +ami-/);
});

test("an image tells from what it was made, and what it passed", () => {
  const [group, image] = STATUS.resources;
  const told = {
    family: "debian-12",
    release: "20251112-2294",
    base: "ami-0",
    builtAt: "2026-01-05T09:30:00.000Z",
    checksPassed: 2,
    checks: ["updates", "ports"],
  };
  const frame = (outputs: Readonly<Record<string, unknown>>) => {
    const resources = [group, image && { ...image, outputs }].filter((each) => each !== undefined);
    const document = { ...STATUS, resources, outputs: { image: image?.id ?? "" } };
    return frameOf(<StatusSummary document={document} now={START} />, { columns: 200 });
  };
  expect(frame(told)).toEqual(
    expect.arrayContaining([
      `${image?.id} built 2026-01-05 09:30 UTC from debian-12 20251112-2294 (ami-0)`,
      "2 checks passed: updates, ports",
    ]),
  );
  expect(frame({ checksPassed: null })).toEqual(
    expect.arrayContaining([
      `${image?.id} built at an unknown time from a system that its tags do not tell (base unknown)`,
      "its tags do not tell which checks it passed",
    ]),
  );
});

test("columns without room go on below, each under its name, and the reason after them", () => {
  const lines = frameOf(<StatusSummary document={STATUS} now={START} />, { columns: 60 });
  const head = lines.findIndex((line) => line.startsWith("INSTANCE"));
  expect(lines.slice(head, head + 8)).toEqual([
    "INSTANCE             ZONE             AGE",
    "  IMAGE                  LIFECYCLE  HEALTH",
    "i-0a1b2c3d4e5f60718  ap-southeast-2a  3 h 0 min",
    "  ami-0a1b2c3d4e5f60718  InService  OutOfService",
    "  Instance has failed at least the UnhealthyThreshold number",
    "  of health checks",
    "i-1a1b2c3d4e5f60718  ap-southeast-2b  2 d",
    "  ami-0a1b2c3d4e5f60718  InService  InService",
  ]);
});

test("names of checks do not begin a line with the space between them", () => {
  const [, image] = STATUS.resources;
  const checks = Array.from({ length: 40 }, (_, index) => `package:number-${index}`);
  const outputs = { checksPassed: checks.length, checks };
  const document = {
    ...STATUS,
    resources: [{ ...image, outputs }] as typeof STATUS.resources,
    outputs: { image: image?.id ?? "" },
  };
  const frame = frameOf(<StatusSummary document={document} now={START} />, { columns: 60 });
  expect(frame.filter((line) => line.startsWith(" package:"))).toEqual([]);
  expect(frame.join(" ")).toContain("40 checks passed: package:number-0, package:number-1,");
});

test("what people have to know of a resource is told with its remedy", () => {
  const problem = {
    severity: "warning",
    address: "auto-scaling-group/afterpay",
    summary: "Launch is suspended\u001b[2J",
    remedy: "Resume it.",
  } as const;
  const document = { ...STATUS, problems: [problem] };
  const lines = frameOf(<StatusSummary document={document} now={START} />, { columns: 80 });
  const at = lines.findIndex((line) => line.startsWith("Warning"));
  expect(lines.slice(at, at + 2)).toEqual([
    "Warning: auto-scaling-group/afterpay: Launch is suspended\\u001b[2J",
    "  Resume it.",
  ]);
});

test("of nothing says so", () => {
  const empty = { ...STATUS, resources: [], instances: [], rollouts: [], outputs: {} };
  expect(frameOf(<StatusSummary document={empty} now={START} />)).toEqual([
    "Stack afterpay in ap-southeast-2",
    "Nothing of this stack is there.",
  ]);
});

test("of nothing but what a warning names says that, too", () => {
  const problem = { severity: "warning", summary: "the volume vol-1 is left", remedy: "" } as const;
  const nothing = { ...STATUS, resources: [], instances: [], rollouts: [], outputs: {} };
  const lines = frameOf(
    <StatusSummary document={{ ...nothing, problems: [problem] }} now={START} />,
  );
  expect(lines[1]).toBe("None of this stack's resources is there.");
  expect(lines).toContain("Warning: the volume vol-1 is left");
});
