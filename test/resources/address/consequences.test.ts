import { test } from "vitest";
import { address } from "../../../src/resources/address/index.ts";
import { planOf } from "../../ui/documents.ts";
import { change, expectSaid } from "../consequences.ts";

const live = [
  {
    id: "id-1",
    address: "address/web" as const,
    physicalName: "id-1",
    status: "ready" as const,
    createdAt: 0,
    fields: { tags: {} },
    outputs: { allocationId: "id-1", publicAddress: "192.0.2.1" },
    uses: [],
  },
];

function saidOf(action: "create" | "update" | "delete", known = live) {
  const one = change("address/web", action);
  return address.consequences?.(one, planOf([one]), undefined, known);
}

test("an address that is deleted is lost, for whoever has it on a list", () => {
  expectSaid(saidOf("delete"), [
    ["lost", /address\/web, 192\.0\.2\.1, is given back to AWS for good/],
  ]);
  expectSaid(saidOf("delete", []), [["lost", /of address\/web, is given back/]]);
});

test("nothing is lost by a create or an update", () => {
  expectSaid(saidOf("create"), []);
  expectSaid(saidOf("update"), []);
});
