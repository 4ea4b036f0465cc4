import { test } from "vitest";
import type { LiveStatus } from "../../../src/engine/live.ts";
import { vpcEndpoint } from "../../../src/resources/vpc-endpoint/index.ts";
import { planOf } from "../../ui/documents.ts";
import { change, expectSaid } from "../consequences.ts";

function saidOf(action: "create" | "update" | "delete" | "replace", status?: LiveStatus) {
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
  return vpcEndpoint.consequences?.(one, planOf([one]), undefined, [live]);
}

test("the servers lose their way through an endpoint that is deleted or replaced", () => {
  expectSaid(saidOf("delete"), [["service", /connections to s3 .* break\. New ones need a way/]]);
  expectSaid(saidOf("replace"), [
    ["service", /connections to s3 through vpc-endpoint\/s3 break\.$/],
  ]);
});

test("nothing comes of others", () => {
  expectSaid(saidOf("create"), []);
  expectSaid(saidOf("update"), []);
  expectSaid(saidOf("delete", "failed"), []);
});
