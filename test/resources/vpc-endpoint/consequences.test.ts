import { test } from "vitest";
import type { LiveStatus } from "../../../src/engine/live.ts";
import type { Change } from "../../../src/engine/plan-format.ts";
import { vpcEndpoint } from "../../../src/resources/vpc-endpoint/index.ts";
import { planOf } from "../../ui/documents.ts";
import { change, expectSaid } from "../consequences.ts";

function saidOf(
  action: Change["action"],
  status?: LiveStatus,
  others: readonly (readonly [Change["address"], Change["action"]])[] = [],
) {
  const one = change("vpc-endpoint/s3", action);
  const live = {
    id: "id-1",
    address: one.address,
    physicalName: "id-1",
    status: status ?? "ready",
    createdAt: 0,
    fields: { service: "s3" },
    outputs: { id: "id-1" },
    uses: [],
  };
  return vpcEndpoint.consequences?.(
    one,
    planOf([one, ...others.map((each) => change(...each))]),
    undefined,
    [live],
  );
}

test("the servers lose their way through an endpoint that is deleted or replaced", () => {
  expectSaid(saidOf("delete"), [
    ["service", /connections to s3 through vpc-endpoint\/s3 break\.$/],
  ]);
  expectSaid(saidOf("replace"), [
    ["service", /connections to s3 through vpc-endpoint\/s3 break\.$/],
  ]);
});

test.each([
  ["keep", "keep", /break\. New ones go through the NAT gateway, which charges for their data\.$/],
  [
    "create",
    "keep",
    /break\. New ones go through the NAT gateway, which charges for their data\.$/,
  ],
  ["delete", "update", /break\. New ones need a way to the internet\.$/],
  ["delete", "delete", /break\.$/],
] as const)(
  "new connections go where the plan leads them: NAT gateway %s, servers %s",
  (gateway, servers, says) => {
    const said = saidOf("delete", undefined, [
      ["nat-gateway/web", gateway],
      ["auto-scaling-group/web", servers],
    ]);
    expectSaid(said, [["service", says]]);
  },
);

test("nothing comes of others", () => {
  expectSaid(saidOf("create"), []);
  expectSaid(saidOf("update"), []);
  expectSaid(saidOf("delete", "failed"), []);
});
