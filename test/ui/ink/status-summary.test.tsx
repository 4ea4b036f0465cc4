import { stripVTControlCharacters } from "node:util";
import { describe, expect, test, vi } from "vitest";
import type { StatusDocument } from "../../../src/engine/status-format.ts";
import { StatusSummary } from "../../../src/ui/ink/status-summary.tsx";
import { serverOf, statusOf } from "../documents.ts";
import { START } from "./events.ts";
import { frameOf } from "./frame.tsx";

vi.hoisted(() => {
  // Read when Ink is loaded: as in a terminal that has colours.
  process.env["FORCE_COLOR"] = "1";
});

const STATUS = statusOf({
  health: { healthy: false, inService: 1, desired: 2, reasons: [] },
  resources: [
    {
      address: "auto-scaling-group/afterpay",
      type: "auto-scaling-group",
      id: "afterpay-auto-scaling-group-afterpay",
      status: "settling",
      reason: "1 of 2 instances are in service",
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
    serverOf({
      id: "i-1a1b2c3d4e5f60718",
      zone: "ap-southeast-2b",
      launchedAt: new Date(START - 50 * 3_600_000).toISOString(),
    }),
    serverOf({
      health: "OutOfService",
      reason: "Instance has failed at least the UnhealthyThreshold number of health checks",
      launchedAt: new Date(START - 3 * 3_600_000).toISOString(),
    }),
  ],
  rollouts: [
    { group: "afterpay", status: "InProgress", percent: 50, reason: "warming up \u001b[2J" },
  ],
  outputs: { url: "http://afterpay-1.ap-southeast-2.elb.amazonaws.com/" },
});

function frame(document: StatusDocument, columns: number, colour = false): string[] {
  const looking = { now: START, isSandbox: false };
  const lines = frameOf(<StatusSummary document={document} looking={looking} />, {
    columns,
    colour,
  });
  return colour ? lines : lines.map((line) => stripVTControlCharacters(line));
}

describe.each([40, 60, 80, 120, 200])("the status on %i columns", (columns) => {
  const lines = frame(STATUS, columns);
  const text = lines.join("\n");

  test("fits, but for the URL, which is not broken", () => {
    const url = STATUS.outputs["url"] ?? "";
    const others = lines.filter((line) => !line.includes(url));
    expect(Math.max(...others.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines.at(-1)).toBe(columns < 56 ? url : `URL  ${url}`);
  });

  test("cuts nothing: ids are there to be copied, reasons to be read", () => {
    for (const { id, zone, image, reason = "", addresses } of STATUS.instances) {
      for (const whole of [id, zone, image, addresses.publicIpv4]) {
        expect(lines.some((line) => line.split(/ +/).includes(whole ?? ""))).toBe(true);
      }
      expect(text.replace(/\s+/g, " ")).toContain(reason);
    }
    expect(text.replace(/\s+/g, " ")).toContain(
      "… Rollout of afterpay: InProgress, 50 %: warming up \\u001b[2J",
    );
  });

  test("names every column, in the line where it stands", () => {
    const head = lines.findIndex((line) => line.startsWith("  SERVER"));
    const heads = lines.slice(
      head,
      lines.findIndex((line) => /^✗ i-/.test(line)),
    );
    expect(heads.join(" ").trim().split(/ +/)).toEqual([
      ...["SERVER", "LIFECYCLE", "HEALTH", "ZONE", "ADDRESS", "AGE", "IMAGE"],
    ]);
  });
});

test("a command to copy is not broken, however narrow the screen is", () => {
  const command =
    "aws autoscaling resume-processes --auto-scaling-group-name shop --region eu-north-1";
  const remedy = `If nobody needs that any more, resume it: ${command}`;
  const problem = { severity: "warning", summary: "Launch is suspended", remedy } as const;
  expect(frame({ ...STATUS, problems: [problem] }, 60)).toContain(`  ${command}`);
});

test("columns without room go on below, each under its name, and the reason after them", () => {
  const lines = frame(STATUS, 60);
  const head = lines.findIndex((line) => line.startsWith("  SERVER"));
  expect(lines.slice(head, head + 8)).toEqual([
    "  SERVER               LIFECYCLE  HEALTH",
    "    ZONE             ADDRESS      AGE",
    "    IMAGE",
    "✗ i-0a1b2c3d4e5f60718  InService  OutOfService",
    "    ap-southeast-2a  203.0.113.7  3 h 0 min",
    "    ami-0a1b2c3d4e5f60718",
    "    Instance has failed at least the UnhealthyThreshold",
    "    number of health checks",
  ]);
});

test("what is not healthy is red and comes first; what is healthy is not coloured", () => {
  const red = "\u001b[31m";
  const lines = frame(STATUS, 120, true);
  const at = (text: string) => lines.findIndex((line) => line.includes(text));
  expect(lines[at("NOT HEALTHY: 1 of 2 servers are in service")]).toContain(red);
  expect(at("NOT HEALTHY")).toBeLessThan(at("i-0a1b2c3d4e5f60718"));
  expect(at("i-0a1b2c3d4e5f60718")).toBeLessThan(at("i-1a1b2c3d4e5f60718"));
  expect(lines[at("i-0a1b2c3d4e5f60718")]).toContain(red);
  expect(lines[at("Instance has failed")]).toContain(red);
  expect(lines[at("i-1a1b2c3d4e5f60718")]).not.toContain(red);
  expect(at("auto-scaling-group/afterpay")).toBeLessThan(at("image/afterpay"));
  expect(lines[at("auto-scaling-group/afterpay")]).toContain(red);
});
