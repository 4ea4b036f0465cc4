import { describe, expect, test } from "vitest";
import { makePlan } from "../../../src/engine/plan.ts";
import type { DesiredResource, Live } from "../../../src/engine/resource.ts";
import { address } from "../../../src/resources/address/index.ts";
import { natGateway } from "../../../src/resources/nat-gateway/index.ts";
import type { NatGatewayFields } from "../../../src/resources/nat-gateway/live.ts";
import { vpcEndpoint } from "../../../src/resources/vpc-endpoint/index.ts";

const zonalFields: NatGatewayFields = {
  vpcId: "vpc-1",
  mode: "zonal",
  subnetId: "subnet-1",
  allocationId: "eipalloc-1",
  internetGateway: "igw-1",
  tags: {},
};

const endpointFields = {
  vpcId: "vpc-1",
  service: "ssm",
  kind: "Interface",
  routeTables: [],
  subnets: ["subnet-1", "subnet-2"],
  securityGroupIds: ["sg-1"],
  privateDns: true,
  tags: {},
};

function found(at: Live["address"], id: string, fields: object, rest: Partial<Live> = {}): Live {
  return {
    id,
    address: at,
    physicalName: id,
    status: "ready",
    createdAt: 0,
    fields,
    outputs: { id, allocationId: id },
    uses: [],
    ...rest,
  };
}

function plan(desired: readonly DesiredResource[], live: readonly Live[]) {
  const { document } = makePlan({
    stack: "shop",
    region: "eu-west-1",
    account: "000000000000",
    types: [address, natGateway, vpcEndpoint],
    desired,
    live,
  });
  return document;
}

const gateway = (fields: object = zonalFields) => ({ address: "nat-gateway/a" as const, fields });
const endpoint = (fields: object = endpointFields) => ({
  address: "vpc-endpoint/ssm" as const,
  fields,
});

/** Action, id and fields of each change. */
function changesIn(document: ReturnType<typeof plan>) {
  return document.changes.map(({ action, id, fields }) => [
    action,
    id,
    ...fields.map(({ path }) => path),
  ]);
}

/** What each step waits for. */
function orderOf({ steps }: ReturnType<typeof plan>) {
  return Object.fromEntries(steps.map(({ key, after }) => [key, after]));
}

const deletedFirst = {
  "delete nat-gateway/a nat-1": [],
  "create nat-gateway/a": ["delete nat-gateway/a nat-1"],
};

describe("a plan", () => {
  test("keeps what is as the stack file says, whatever internet gateway and order AWS shows", () => {
    const live = [
      found("nat-gateway/a", "nat-1", { ...zonalFields, internetGateway: "" }),
      found("vpc-endpoint/ssm", "vpce-1", {
        ...endpointFields,
        subnets: endpointFields.subnets.toReversed(),
      }),
    ];
    const { changes, steps } = plan([gateway(), endpoint()], live);
    expect(changes.map(({ action }) => action)).toEqual(["keep", "keep"]);
    expect(steps).toEqual([]);
  });

  test.each([
    ["vpcId", "vpc-2"],
    ["mode", "regional"],
    ["subnetId", "subnet-2"],
    ["allocationId", "eipalloc-2"],
  ] as const)(
    "replaces a NAT gateway for another %s, and deletes the old one first",
    (name, value) => {
      const live = [found("nat-gateway/a", "nat-1", zonalFields)];
      const document = plan([gateway({ ...zonalFields, [name]: value })], live);
      expect(document.changes).toMatchObject([{ action: "replace", id: "nat-1" }]);
      expect(orderOf(document)).toEqual(deletedFirst);
    },
  );

  test("deletes a NAT gateway that AWS could not create before it makes another one, with AWS's reason", () => {
    const statusReason = "Gateway.NotAttached: Network vpc-1 has no Internet gateway attached";
    const live = [found("nat-gateway/a", "nat-1", zonalFields, { status: "failed", statusReason })];
    const document = plan([gateway()], live);
    expect(document.changes).toMatchObject([{ action: "replace", id: "nat-1" }]);
    expect(document.changes[0]?.because).toContain(statusReason);
    expect(orderOf(document)).toEqual(deletedFirst);
  });

  test("keeps the address that a NAT gateway uses, and deletes another one at the same place", () => {
    const live = [
      found("address/a", "eipalloc-0", { tags: {} }, { createdAt: 1 }),
      found("address/a", "eipalloc-1", { tags: {} }, { createdAt: 2 }),
      found("nat-gateway/a", "nat-1", zonalFields, { uses: ["eipalloc-1"] }),
    ];
    const document = plan([{ address: "address/a", fields: { tags: {} } }, gateway()], live);
    expect(changesIn(document)).toEqual([
      ["keep", "eipalloc-1"],
      ["delete", "eipalloc-0"],
      ["keep", "nat-1"],
    ]);
    expect(document.problems).toEqual([]);
  });

  test("deletes an address after its NAT gateway", () => {
    const live = [
      found("address/a", "eipalloc-1", { tags: {} }),
      found("nat-gateway/a", "nat-1", zonalFields, { uses: ["eipalloc-1"] }),
    ];
    expect(orderOf(plan([], live))).toEqual({
      "delete nat-gateway/a nat-1": [],
      "delete address/a eipalloc-1": ["delete nat-gateway/a nat-1"],
    });
  });

  test("updates the sets of an endpoint in place", () => {
    const live = [found("vpc-endpoint/ssm", "vpce-1", endpointFields)];
    const wanted = { ...endpointFields, subnets: ["subnet-2"], privateDns: false };
    expect(changesIn(plan([endpoint(wanted)], live))).toEqual([
      ["update", "vpce-1", "subnets", "privateDns"],
    ]);
  });

  test("knows no order of references that are not known yet", () => {
    const refs = [
      { ref: "subnet/b", output: "id" },
      { ref: "subnet/a", output: "id" },
    ] as const;
    const one = vpcEndpoint.normalize({ ...endpointFields, kind: "Interface", subnets: refs });
    const other = { ...endpointFields, kind: "Interface" as const, subnets: refs.toReversed() };
    expect(one).toEqual(vpcEndpoint.normalize(other));
  });
});
