import { describe, expect, test } from "vitest";
import { graphOf } from "../../src/cli/resource-graph.ts";
import type { PlannedWork } from "../../src/engine/plan.ts";
import type { Action } from "../../src/engine/plan-format.ts";
import type { Address, DesiredResource, Live } from "../../src/engine/resource.ts";
import { planOf } from "../ui/documents.ts";

function change(address: Address, action: Action, id?: string) {
  return { address, action, because: "", fields: [], ...(id !== undefined && { id }) };
}

function wanted(address: Address, ...refs: Address[]): DesiredResource {
  return { address, fields: { uses: refs.map((ref) => ({ ref, output: "id" })) } };
}

function live(address: Address, id: string, ...uses: string[]): Live {
  const rest = {
    physicalName: id,
    status: "ready",
    createdAt: 0,
    fields: {},
    outputs: {},
  } as const;
  return { address, id, uses, ...rest };
}

function graph(parts: Partial<PlannedWork>) {
  return graphOf({ document: planOf([]), desired: [], live: [], ...parts });
}

describe("the graph of a plan", () => {
  test("connects wanted resources by their references, once each", () => {
    const { nodes, edges } = graph({
      document: planOf([
        change("image/shop", "keep", "ami-1"),
        change("launch-template/shop", "create"),
      ]),
      desired: [wanted("image/shop"), wanted("launch-template/shop", "image/shop", "image/shop")],
    });
    expect(nodes).toEqual([
      { key: "image/shop", address: "image/shop", action: "keep" },
      { key: "launch-template/shop", address: "launch-template/shop", action: "create" },
    ]);
    expect(edges).toEqual([{ from: "image/shop", to: "launch-template/shop" }]);
  });

  test("connects what goes by what the account shows", () => {
    const { edges } = graph({
      document: planOf([
        change("launch-template/shop", "delete", "lt-1"),
        change("image/shop", "delete", "ami-1"),
      ]),
      live: [
        live("launch-template/shop", "lt-1", "ami-1", "sg-elsewhere"),
        live("image/shop", "ami-1"),
      ],
    });
    expect(edges).toEqual([{ from: "image/shop", to: "launch-template/shop" }]);
  });

  test("tells two objects of one address apart", () => {
    const { nodes } = graph({
      document: planOf([
        change("image/shop", "keep", "ami-2"),
        change("image/shop", "delete", "ami-1"),
      ]),
    });
    expect(nodes.map(({ key }) => key)).toEqual(["image/shop", "image/shop ami-1"]);
  });

  test("a group that names itself has no arrow to itself", () => {
    const { edges } = graph({
      document: planOf([change("security-group/web", "create")]),
      desired: [wanted("security-group/web", "security-group/web")],
    });
    expect(edges).toEqual([]);
  });
});
