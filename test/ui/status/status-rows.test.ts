import { describe, expect, test } from "vitest";
import type { StatusDocument, StatusResource } from "../../../src/engine/status-format.ts";
import { type Row, row, wrapped } from "../../../src/ui/status/row.ts";
import { statusRows } from "../../../src/ui/status/status-rows.ts";
import { serverOf, statusOf } from "../documents.ts";
import { TYPES } from "../types.ts";

const NOW = Date.parse("2026-01-05T10:00:00.000Z");

function rowsOf(parts: Partial<StatusDocument>, columns = 100): readonly Row[] {
  return statusRows(statusOf(parts), { now: NOW, columns, isSandbox: false, types: TYPES });
}

function linesOf(parts: Partial<StatusDocument>, columns = 100): readonly string[] {
  return rowsOf(parts, columns).map((spans) => spans.map(({ text }) => text).join(""));
}

/** The tones of the line that has this text. */
function tonesOf(parts: Partial<StatusDocument>, text: string) {
  const found = rowsOf(parts).find((spans) => spans.some((span) => span.text.includes(text)));
  return found?.map(({ tone = "plain" }) => tone);
}

const resource = (status: string): StatusResource => ({
  address: `image/${status}`,
  type: "image",
  id: "ami-1",
  status,
  outputs: {},
});

describe("the head", () => {
  test("says the region and the account", () => {
    expect(linesOf({})[0]).toBe("Stack afterpay in ap-southeast-2, account 123456789012");
  });

  test("says sandbox instead of an account", () => {
    const looking = { now: NOW, columns: 100, isSandbox: true, types: TYPES };
    const [head = []] = statusRows(statusOf(), looking);
    expect(head.map(({ text }) => text).join("")).toBe(
      "Stack afterpay in the sandbox, ap-southeast-2",
    );
  });

  test("goes on below where there is no room", () => {
    expect(linesOf({}, 30).slice(0, 2)).toEqual(["Stack afterpay in", "  ap-southeast-2, account"]);
  });
});

describe("the verdict", () => {
  test.each([
    [2, 2, true, "✓ Healthy: 2 of 2 servers are in service"],
    [1, 1, true, "✓ Healthy: 1 of 1 server is in service"],
    [0, 2, false, "✗ NOT HEALTHY: 0 of 2 servers are in service"],
  ])("of %i of %i servers, healthy: %s", (inService, desired, healthy, line) => {
    const health = { healthy, inService, desired, reasons: healthy ? [] : ["No server."] };
    expect(linesOf({ health })[2]).toBe(line);
    expect(tonesOf({ health }, line)).toEqual([healthy ? "good" : "bad"]);
    expect(linesOf({ health })[3]).toBe(healthy ? undefined : "  No server.");
  });

  test("begins with the reason where the servers are not what is wrong", () => {
    const health = {
      healthy: false,
      inService: 2,
      desired: 2,
      reasons: ["No way in.", "Nor out."],
    };
    expect(linesOf({ health }).slice(2, 5)).toEqual([
      "✗ NOT HEALTHY: No way in",
      "  Nor out.",
      "  2 of 2 servers are in service.",
    ]);
  });

  test("says nothing of the stack file unless that was compared", () => {
    expect(linesOf({}).join("\n")).not.toContain("the stack file");
  });

  test("says that all is as the stack file says", () => {
    expect(linesOf({ differences: [] })).toContain("✓ Matches the stack file");
  });

  test("lists what differs, a line each", () => {
    const lines = linesOf({
      differences: [
        { address: "image/afterpay", action: "update", because: "tags differ", fields: [] },
      ],
    });
    expect(lines).toContain("~ Differs from the stack file");
    expect(lines.slice(-2)).toEqual([
      "DIFFERENCES FROM THE STACK FILE",
      "  ~ update image/afterpay: tags differ",
    ]);
  });

  test("names a field that differs as the stack file does", () => {
    const lines = linesOf({
      differences: [
        {
          address: "auto-scaling-group/afterpay",
          action: "update",
          because: "loadBalancers changes with load-balancer/afterpay",
          fields: [],
        },
      ],
    });
    expect(lines.at(-1)).toBe(
      "  ~ update auto-scaling-group/afterpay: loadBalancer changes with load-balancer/afterpay",
    );
  });

  test("a rollout under way differs, a rollout that ended does not", () => {
    const rollout = { group: "a", status: "InProgress", percent: 10 };
    const differing = "~ Differs from the stack file";
    expect(linesOf({ differences: [], rollouts: [rollout] })).toContain(differing);
    const ended = { ...rollout, status: "Failed", endedAt: "2026-01-05T09:00:00.000Z" };
    expect(linesOf({ differences: [], rollouts: [ended] })).not.toContain(differing);
  });
});

test.each([
  ["Pending", "Pending:Wait", "…", "doubtful"],
  ["Terminating", "Terminating", "…", "doubtful"],
  ["Standby", "Standby", "…", "doubtful"],
  ["a failing server", "InService", "✗", "bad"],
  ["a condemned server", "Quarantined", "✗", "bad"],
])("a server that is not in service: %s", (_what, lifecycle, sign, tone) => {
  const instances = [serverOf({ lifecycle, reason: `is ${lifecycle}` })];
  expect(linesOf({ instances }).filter((line) => line.startsWith(`${sign} i-`))).toHaveLength(1);
  expect(tonesOf({ instances }, "i-0a1b2c3d4e5f60718")).toEqual([tone]);
});

test("a server is shown with its public address, else with its private one", () => {
  const { addresses } = serverOf();
  const line = (changed: Partial<typeof addresses>) =>
    linesOf({ instances: [serverOf({ addresses: { ...addresses, ...changed } })] }, 200).join("\n");
  expect(line({})).toContain(" 203.0.113.7 ");
  expect(line({ publicIpv4: null, ipv6: "2001:db8::7" })).toContain(" 2001:db8::7 ");
  expect(line({ publicIpv4: null })).toContain(" 172.31.0.7 ");
});

test("servers come before the resources and the image's checks", () => {
  const image = { ...resource("ready"), outputs: { checksPassed: 33, checks: ["updates"] } };
  const lines = linesOf({
    instances: [serverOf()],
    resources: [image],
    outputs: { image: "ami-1" },
  });
  const order = ["  SERVER", "  RESOURCE", "IMAGE"].map((head) =>
    lines.findIndex((line) => line.startsWith(head)),
  );
  expect(order).toEqual([...order].sort((one, other) => one - other));
  expect(lines.at(-1)).toBe("33 checks passed");
});

test("only what the outputs name is told in detail, and only by a type that has details", () => {
  const named = { ...resource("ready"), outputs: { checksPassed: 1 } };
  const older = { ...named, id: "ami-2", outputs: { checksPassed: 2 } };
  const alike = { ...named, address: "key-pair/a", type: "key-pair" };
  const lines = linesOf({ resources: [older, alike, named], outputs: { image: "ami-1" } });
  expect(lines.filter((line) => line === "IMAGE")).toHaveLength(1);
  expect(lines.at(-1)).toBe("1 check passed");
  expect(linesOf({ resources: [older] })).not.toContain("IMAGE");
});

test.each([
  ["ready", "ready", "plain"],
  ["settling", "not healthy", "bad"],
  ["partial", "incomplete", "bad"],
  ["failed", "failed", "bad"],
  ["deleting", "deleting", "doubtful"],
])("a resource that is %s is told as %s", (status, words, tone) => {
  const resources = [resource(status)];
  const line = linesOf({ resources }).find((each) => each.includes(`image/${status}`)) ?? "";
  expect(line).toContain(`image/${status}  ${words}`);
  expect(tonesOf({ resources }, `image/${status}`)).toEqual([tone]);
});

test("a resource that the stack file defines and that does not exist is listed first, in red", () => {
  const parts = { resources: [resource("ready")], missing: ["key-pair/afterpay"] };
  const lines = linesOf(parts);
  const at = lines.findIndex((line) => line.startsWith("  RESOURCE"));
  expect(lines[at + 1]).toMatch(/^✗ key-pair\/afterpay +does not exist$/);
  expect(lines[at + 2]).toMatch(/^✓ image\/ready +ready +ami-1$/);
  expect(tonesOf(parts, "key-pair/afterpay")).toEqual(["bad"]);
});

test("a column without room leaves no blank line where it is empty", () => {
  const lines = linesOf({ missing: ["auto-scaling-group/afterpay"] }, 30);
  const at = lines.findIndex((line) => line.startsWith("✗ auto-scaling-group"));
  expect(lines.slice(at)).toEqual(["✗ auto-scaling-group/afterpay", "    does not exist"]);
});

test("a rollout that failed says when, and why in AWS's words", () => {
  const rollouts = [
    {
      group: "afterpay",
      status: "RollbackSuccessful",
      percent: 50,
      reason: "too many failed health checks",
      endedAt: "2026-01-05T08:00:00.000Z",
    },
  ];
  expect(linesOf({ rollouts })).toContain(
    "✗ The last rollout of afterpay: RollbackSuccessful 2 h 0 min ago: too many failed health checks",
  );
  expect(tonesOf({ rollouts }, "The last rollout")).toEqual(["bad"]);
});

test("the last scaling activities tell what failed, and why a server went", () => {
  const at = "2026-01-05T09:59:20.000Z";
  const activities = [
    { at, status: "Failed", description: "There is no capacity", cause: "a launch" },
    { at, status: "Successful", description: "Terminating i-1", cause: "it failed a health check" },
    ...Array.from({ length: 9 }, (_, index) => ({ at, status: "x", description: `old ${index}` })),
  ];
  const lines = linesOf({ activities });
  const head = lines.indexOf("LAST SCALING ACTIVITIES");
  expect(lines.slice(head + 1, head + 4)).toEqual([
    "  40 s ago: Failed: There is no capacity",
    "  40 s ago: Successful: Terminating i-1",
    "    it failed a health check",
  ]);
  expect(tonesOf({ activities }, "no capacity")).toEqual(["bad"]);
  expect(lines).toContain("  40 s ago: x: old 2");
  expect(lines.join("\n")).not.toContain("old 3");
});

test("a problem is told with its remedy, whose lines stay below", () => {
  const problems = [
    { severity: "error", summary: "two groups\nclaim it", remedy: "Delete one.\nOr the other." },
  ] as const;
  expect(linesOf({ problems }).slice(-4)).toEqual([
    "Error: two groups",
    "  claim it",
    "  Delete one.",
    "  Or the other.",
  ]);
});

describe("a remedy that ends with a command", () => {
  const command =
    "aws autoscaling resume-processes --auto-scaling-group-name shop --region eu-north-1";
  const told = (remedy: string, columns: number) => {
    const problem = { severity: "warning", summary: "Launch is suspended", remedy } as const;
    return linesOf({ problems: [problem] }, columns).slice(-3);
  };

  test("has the command in a line of its own, whole", () => {
    expect(told(`If nobody needs that, resume it: ${command}`, 60)).toEqual([
      "Warning: Launch is suspended",
      "  If nobody needs that, resume it:",
      `  ${command}`,
    ]);
  });

  test("is one line where there is room", () => {
    const remedy = `Resume it: ${command}`;
    expect(told(remedy, 200).at(-1)).toBe(`  ${remedy}`);
  });

  test("is wrapped where words follow the command", () => {
    const lines = told(`Resume it (${command}), then run the same command again.`, 60);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  });
});

describe("words in lines", () => {
  test.each<[text: string, columns: number, indent: number, lines: readonly string[]]>([
    ["one two three", 80, 0, ["one two three"]],
    ["one two three", 7, 0, ["one two", "  three"]],
    ["one two three", 8, 2, ["  one", "    two", "    three"]],
    ["a-word-that-is-longer two", 5, 0, ["a-word-that-is-longer", "  two"]],
    ["first\nsecond", 80, 0, ["first", "  second"]],
    ["", 80, 0, [""]],
  ])("%j on %i columns, %i in", (text, columns, indent, lines) => {
    expect(wrapped(text, columns, indent)).toEqual(lines);
  });

  test("a line of one piece", () => {
    expect(row("text")).toEqual([{ text: "text", tone: "plain", bold: false }]);
  });
});

describe("the resources on 60 columns", () => {
  const resources = [
    ["security-group/load-balancer", "sg-030dd170af0556d68"],
    ["image/afterpay", "ami-0242f191142fd4d02"],
  ].map(([address = "", id = ""]) => {
    return { address, id, type: "image", status: "ready", outputs: {} };
  });

  test("have their ids beside them with a narrower gap", () => {
    expect(linesOf({ resources }, 60)).toEqual(
      expect.arrayContaining([
        "  RESOURCE                     STATUS ID",
        "✓ image/afterpay               ready  ami-0242f191142fd4d02",
      ]),
    );
    expect(linesOf({ resources }, 61)).toContain("  RESOURCE                      STATUS  ID");
  });

  test("have their ids beside them when one does not exist", () => {
    const lines = linesOf({ resources, missing: ["load-balancer/afterpay"] }, 60);
    expect(lines).toContain("✗ load-balancer/afterpay       does not exist");
    expect(lines).toContain("✓ image/afterpay               ready  ami-0242f191142fd4d02");
  });

  test("never exceed the screen", () => {
    for (let columns = 40; columns < 70; columns += 1) {
      const lines = linesOf({ resources, missing: ["security-group/load-balancer-two"] }, columns);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
  });
});
