import { expect, test } from "vitest";
import { outputsOf } from "../../src/cli/outputs.ts";
import type { Live } from "../../src/engine/resource.ts";

function balancer(url: string): Live {
  return {
    id: "lb",
    address: "load-balancer/shop",
    physicalName: "lb",
    status: "ready",
    createdAt: 0,
    fields: {},
    outputs: { url },
    uses: [],
  };
}

test.each([
  ["http://lb-1.elb.amazonaws.com", "http://lb-1.elb.amazonaws.com/", "as browsers show it"],
  ["lb-1.elb.amazonaws.com:25", "lb-1.elb.amazonaws.com:25", "a host and a port"],
  ["1-lb-1.elb.amazonaws.com:25", "1-lb-1.elb.amazonaws.com:25", "what no URL begins with"],
])("the address %s is told as %s: %s", (url, told) => {
  expect(outputsOf([balancer(url)], undefined, "/")).toEqual({ url: told });
});

test.each(["partial", "deleting", "failed"] as const)("an image that is %s is none", (status) => {
  const image = (id: string, createdAt: number): Live => ({
    ...balancer(""),
    address: "image/shop",
    id,
    createdAt,
    outputs: { id },
  });
  const builder = { ...image("i-1", 2), status };
  expect(outputsOf([image("ami-1", 1), builder], undefined, "/")).toEqual({ image: "ami-1" });
  expect(outputsOf([builder], undefined, "/")).toEqual({});
});
