import { expect, test } from "vitest";
import { outputsOf } from "../../src/cli/outputs.ts";
import type { Live } from "../../src/engine/resource.ts";

const NO_ACCESS = { directory: "/", serverAddress: async () => undefined };

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
])("the address %s is told as %s: %s", async (url, told) => {
  expect(await outputsOf([balancer(url)], NO_ACCESS)).toEqual({ url: told });
});

test.each(["partial", "deleting", "failed"] as const)(
  "an image that is %s is none",
  async (status) => {
    const image = (id: string, createdAt: number): Live => ({
      ...balancer(""),
      address: "image/shop",
      id,
      createdAt,
      outputs: { id },
    });
    const builder = { ...image("i-1", 2), status };
    expect(await outputsOf([image("ami-1", 1), builder], NO_ACCESS)).toEqual({ image: "ami-1" });
    expect(await outputsOf([builder], NO_ACCESS)).toEqual({});
  },
);

test("an earlier image that new servers get is the image, not the newest one", async () => {
  const image = (id: string, createdAt: number): Live => ({
    ...balancer(""),
    address: "image/shop",
    id,
    createdAt,
    outputs: { id },
  });
  const template: Live = {
    ...balancer(""),
    address: "launch-template/shop",
    fields: { imageId: "ami-1" },
    outputs: {},
  };
  const live = [template, image("ami-1", 1), image("ami-2", 2)];
  expect(await outputsOf(live, NO_ACCESS)).toEqual({ image: "ami-1" });
});

test("what people need first comes first", async () => {
  const image = { ...balancer(""), address: "image/shop", outputs: { id: "ami-1" } } as const;
  const outputs = await outputsOf([image, balancer("http://lb/")], NO_ACCESS);
  expect(Object.keys(outputs)).toEqual(["url", "image"]);
});
