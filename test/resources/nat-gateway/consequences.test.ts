import { describe, expect, test } from "vitest";
import type { LiveStatus } from "../../../src/engine/live.ts";
import { natGateway } from "../../../src/resources/nat-gateway/index.ts";
import { planOf } from "../../ui/documents.ts";
import { change, expectSaid } from "../consequences.ts";

function live(
  mode: "regional" | "zonal",
  status: LiveStatus = "ready",
  publicAddresses = "192.0.2.1, 192.0.2.2",
) {
  return {
    id: "id-1",
    address: "nat-gateway/web" as const,
    physicalName: "id-1",
    status,
    createdAt: 0,
    fields: { mode },
    outputs: { id: "id-1", publicAddresses },
    uses: [],
  };
}

function saidOf(
  action: "create" | "update" | "delete" | "replace",
  known: readonly ReturnType<typeof live>[],
  paths: string[] = [],
) {
  const one = change("nat-gateway/web", action, paths);
  return natGateway.consequences?.(one, planOf([one]), undefined, known);
}

const broken = ["service", /connections to the internet through nat-gateway\/web break/] as const;
const lost = ["lost", /given back to AWS for good: 192\.0\.2\.1, 192\.0\.2\.2\./] as const;

describe("what comes of a change of a NAT gateway", () => {
  test("connections break if it is deleted or replaced", () => {
    expectSaid(saidOf("delete", [live("zonal")]), [broken]);
    expectSaid(saidOf("replace", [live("zonal")]), [broken]);
    expect(saidOf("replace", [live("zonal")])?.[0]?.text).toContain("some minutes");
    expectSaid(saidOf("delete", []), [broken]);
  });

  test("the addresses of a regional one are lost", () => {
    expectSaid(saidOf("delete", [live("regional")]), [broken, lost]);
    expectSaid(saidOf("replace", [live("regional")]), [broken, lost]);
    expectSaid(saidOf("delete", [live("regional", "ready", "")]), [
      broken,
      ["lost", /given back to AWS for good\. Whoever/],
    ]);
    expectSaid(saidOf("delete", [live("regional", "partial", "")]), [broken]);
  });

  test("a zonal one that gets another address tells which one is no longer its own", () => {
    const other = ["lost", /another public address instead of 192\.0\.2\.1\. Whoever/] as const;
    const known = [live("zonal", "ready", "192.0.2.1")];
    expectSaid(saidOf("replace", known, ["subnetId", "allocationId"]), [broken, other]);
    expectSaid(saidOf("replace", known, ["subnetId"]), [broken]);
    // The address goes by a change of its own, or stays.
    expectSaid(saidOf("delete", known, ["allocationId"]), [broken]);
    expectSaid(saidOf("replace", [live("zonal", "partial", "")], ["allocationId"]), [broken]);
  });

  test("nothing comes of others", () => {
    expectSaid(saidOf("create", []), []);
    expectSaid(saidOf("update", [live("regional")]), []);
    expectSaid(saidOf("delete", [live("regional", "failed")]), []);
  });
});
