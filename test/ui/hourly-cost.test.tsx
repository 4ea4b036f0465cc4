import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import type { Action, PlanDocument } from "../../src/engine/plan-format.ts";
import type { HourlyPrice } from "../../src/engine/presentation.ts";
import type { DesiredResource, Live, LiveStatus } from "../../src/engine/resource.ts";
import { typesByName } from "../../src/engine/types-by-name.ts";
import { dollars, hourlyCost } from "../../src/ui/hourly-cost.ts";
import { PlanSummary } from "../../src/ui/ink/plan-summary.tsx";
import { createPlainView } from "../../src/ui/plain.ts";
import { thingType } from "../engine/store.ts";
import { change } from "../resources/consequences.ts";
import { planOf } from "./documents.ts";
import { frameOf } from "./ink/frame.tsx";
import { Memory } from "./streams.ts";
import { TYPES } from "./types.ts";

interface Boats {
  /** Undefined: known after the apply. */
  readonly boats: number | undefined;
}

function boatType(name: string, usd: number | undefined, asOf = "2026-09") {
  const price: HourlyPrice | undefined = usd === undefined ? undefined : { usd, asOf };
  return thingType(name, {
    hourlyItems({ fields, live }) {
      const { boats } = fields as Boats;
      if (boats === undefined) return undefined;
      const count = live?.status === "failed" ? 0 : boats;
      return [{ name, plural: `${name}s`, count, price }];
    },
  });
}

const types = typesByName([
  boatType("ferry", 0.1),
  boatType("canoe", 0.2, "2026-01"),
  boatType("raft", undefined),
  boatType("buoy", 0.00001),
  boatType("liner", 1000),
  thingType("pier"),
]);

type Part = readonly [
  address: Live["address"],
  action: Action,
  counts: {
    readonly wanted?: number | undefined;
    readonly live?: number | undefined;
    readonly status?: LiveStatus;
  },
];

/** What the plan of these changes costs, each with its count in the file and in AWS. */
function costOf(...parts: readonly Part[]): string | undefined {
  const { document, desired, live } = pictureOf(...parts);
  return hourlyCost(document, types, desired, live);
}

function pictureOf(...parts: readonly Part[]) {
  const desired: readonly DesiredResource[] = parts.flatMap(([address, , counts]) =>
    "wanted" in counts ? [{ address, fields: { boats: counts.wanted } }] : [],
  );
  const live: readonly Live[] = parts.flatMap(([address, , { status = "ready", ...counts }]) =>
    "live" in counts
      ? [
          {
            id: `id of ${address}`,
            address,
            physicalName: address,
            status,
            createdAt: 0,
            fields: { boats: counts.live },
            outputs: {},
            uses: [],
          },
        ]
      : [],
  );
  const document: PlanDocument = planOf(
    parts.map(([address, action]) => change(address, action, [], `id of ${address}`)),
  );
  return { document, desired, live };
}

describe("the cost of a plan by the hour", () => {
  test("is what it makes, with the sum, the month, and where the prices are from", () => {
    expect(
      costOf(
        ["ferry/a", "create", { wanted: 1 }],
        ["ferry/b", "create", { wanted: 1 }],
        ["canoe/c", "create", { wanted: 1 }],
      ),
    ).toBe(
      "By the hour, without traffic and servers: +0.40 USD (2 ferrys, 1 canoe), about +292 USD a month. AWS's list prices for ap-southeast-2 of 2026-01 to 2026-09.",
    );
  });

  test("is what it saves, if it only deletes", () => {
    expect(costOf(["ferry/a", "delete", { live: 3 }])).toBe(
      "By the hour, without traffic and servers: -0.30 USD (3 ferrys), about -219 USD a month. AWS's list prices for ap-southeast-2 of 2026-09.",
    );
  });

  test("is the difference of both, each with its sign, and what comes first", () => {
    expect(
      costOf(["ferry/a", "delete", { live: 3 }], ["canoe/b", "create", { wanted: 1 }]),
    ).toContain(": -0.10 USD (+1 canoe, -3 ferrys), about -73 USD a month.");
  });

  test("counts what an update or a replacement changes", () => {
    expect(costOf(["ferry/a", "update", { wanted: 3, live: 2 }])).toContain("+0.10 USD (1 ferry)");
    expect(costOf(["ferry/a", "replace", { wanted: 1, live: 2 }])).toContain("-0.10 USD (1 ferry)");
    expect(costOf(["ferry/a", "replace", { wanted: 2, live: 2, status: "failed" }])).toContain(
      "+0.20 USD (2 ferrys)",
    );
  });

  test("counts what grows although nothing of its own changes", () => {
    expect(costOf(["ferry/a", "keep", { wanted: 3, live: 2 }])).toContain("+0.10 USD (1 ferry)");
  });

  test("is not told where nothing changes it", () => {
    expect(costOf()).toBeUndefined();
    expect(costOf(["pier/a", "create", { wanted: 9 }])).toBeUndefined();
    expect(costOf(["ferry/a", "replace", { wanted: 2, live: 2 }])).toBeUndefined();
    expect(costOf(["ferry/a", "keep", { wanted: 2, live: 2 }])).toBeUndefined();
    // It stays although the stack file does not define it.
    expect(costOf(["ferry/a", "keep", { live: 2 }])).toBeUndefined();
  });

  test("is not told in part: one price that is not known is enough", () => {
    const raft: Part = ["raft/b", "create", { wanted: 1 }];
    expect(costOf(["ferry/a", "create", { wanted: 1 }], raft)).toBeUndefined();
    // A price that does not matter need not be known.
    const stays: Part = ["raft/b", "update", { wanted: 1, live: 1 }];
    expect(costOf(["ferry/a", "create", { wanted: 1 }], stays)).toContain("+0.10 USD (1 ferry)");
  });

  test("is not told in part: one number that is not known is enough", () => {
    const ferry: Part = ["ferry/a", "create", { wanted: 1 }];
    expect(costOf(ferry, ["ferry/b", "create", { wanted: undefined }])).toBeUndefined();
    expect(costOf(ferry, ["ferry/b", "create", {}])).toBeUndefined();
    expect(costOf(ferry, ["ferry/b", "delete", {}])).toBeUndefined();
    expect(costOf(ferry, ["ferry/b", "keep", { wanted: undefined, live: 1 }])).toContain("0.10");
  });

  test("adds up exactly, and shows every decimal that counts", () => {
    // 0.1 + 0.2 is not 0.3 in binary.
    expect(
      costOf(["ferry/a", "create", { wanted: 1 }], ["canoe/b", "create", { wanted: 1 }]),
    ).toContain("+0.30 USD (1 ferry, 1 canoe)");
    expect(costOf(["buoy/a", "create", { wanted: 3 }])).toContain(
      "+0.00003 USD (3 buoys), less than 1 USD a month.",
    );
    expect(costOf(["liner/a", "create", { wanted: 2 }])).toContain(
      "+2000.00 USD (2 liners), about +1,460,000 USD a month.",
    );
  });

  test.each([
    [0, "0.00"],
    [2250, "0.0225"],
    [17_000, "0.17"],
    [20_000, "0.20"],
    [2646, "0.02646"],
    [100_000, "1.00"],
    [1_202_000, "12.02"],
  ])("%i hundred-thousandths are %s", (parts, shown) => {
    expect(dollars(parts)).toBe(shown);
  });
});

describe("the line of the cost", () => {
  const { document, desired, live } = pictureOf(["ferry/a", "create", { wanted: 2 }]);
  const LINE = "• By the hour, without traffic and servers: +0.20 USD (2 ferrys)";
  const timesIn = (text: string) => text.split(LINE).length - 1;

  function plain(wanted: readonly DesiredResource[]): string {
    const stdout = new Memory();
    const stdin = new PassThrough();
    const view = createPlainView({ stdin, stdout, stderr: stdout, colour: false });
    const about = { command: "plan", stack: "s", region: "r", types } as const;
    view.about({ ...about, now: () => 0, apiCalls: () => 0 });
    view.plan(document, wanted, live);
    return stdout.text;
  }

  function screen(wanted: readonly DesiredResource[]): string {
    const summary = <PlanSummary document={document} desired={wanted} live={live} />;
    return frameOf(summary, { columns: 200, types }).join(" ").replace(/\s+/g, " ");
  }

  test.each([
    ["plain view", plain],
    ["screen", screen],
  ])("is once in a plan of the %s, before the summary", (_, show) => {
    const text = show(desired);
    expect(timesIn(text)).toBe(1);
    expect(text.indexOf(LINE)).toBeLessThan(text.indexOf("Plan: 1 to create."));
  });

  test.each([
    ["plain view", plain],
    ["screen", screen],
  ])("is not in a plan of the %s whose cost is not known", (_, show) => {
    expect(show([])).not.toContain("By the hour");
    expect(show([])).not.toContain("Consequences");
  });
});

test("a network of its own and its load balancer cost what their parts cost", () => {
  const zones = ["a", "b"].map((zone) => ({ ref: `subnet/${zone}`, output: "id" }));
  const desired: readonly DesiredResource[] = [
    { address: "nat-gateway/shop", fields: { mode: "regional", zonesBefore: zones } },
    { address: "vpc-endpoint/s3", fields: { kind: "Gateway", subnets: [] } },
    { address: "vpc-endpoint/ssm", fields: { kind: "Interface", subnets: zones } },
    { address: "vpc-endpoint/ssmmessages", fields: { kind: "Interface", subnets: zones } },
    {
      address: "application-load-balancer/shop",
      fields: { scheme: "internet-facing", subnets: zones },
    },
  ];
  const document = planOf(desired.map(({ address }) => change(address, "create")));
  // 2 × 0.045 + 4 × 0.005 + 4 × 0.01 + 0.0225
  expect(hourlyCost({ ...document, region: "us-east-1" }, TYPES, desired)).toContain(
    ": +0.1725 USD (2 zones of a regional NAT gateway, 4 public addresses, 4 zones of interface endpoints, 1 application load balancer), about +126 USD a month.",
  );
  expect(hourlyCost({ ...document, region: "us-east-2" }, TYPES, desired)).toBeUndefined();
});
