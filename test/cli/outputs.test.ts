import { describe, expect, test } from "vitest";
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

describe("of two load balancers, the URL is that of", () => {
  const application: Live = {
    ...balancer("http://alb:8080"),
    address: "application-load-balancer/shop",
    id: "arn:alb",
  };
  const classic = balancer("http://lb");
  const both = [classic, application];

  const [ofApplication, ofClassic] = ["http://alb:8080/", "http://lb/"];
  test.each([
    [
      "the defined one, beside the classic one that the file keeps",
      classic,
      ofApplication,
      ofClassic,
    ],
    [
      "the defined one, beside the other one that the file keeps",
      application,
      ofClassic,
      ofApplication,
    ],
  ])("%s", async (_, { address }, url, previousUrl) => {
    const outputs = { url, previousUrl };
    expect(await outputsOf(both, NO_ACCESS, [{ address }])).toEqual(outputs);
    expect(await outputsOf(both.toReversed(), NO_ACCESS, [{ address }])).toEqual(outputs);
  });

  test("no one where the file only keeps what there is", async () => {
    const { address } = classic;
    expect(await outputsOf([classic], NO_ACCESS, [{ address }])).toEqual({
      previousUrl: ofClassic,
    });
  });

  test("no one as long as it has no listener", async () => {
    expect(await outputsOf([balancer("")], NO_ACCESS)).toEqual({});
  });

  test("the application load balancer as long as both are there and none is kept", async () => {
    expect(await outputsOf(both, NO_ACCESS)).toEqual({ url: "http://alb:8080/" });
  });
});

describe("the outgoing addresses", () => {
  const part = (address: Live["address"], outputs: object, fields = {}): Live => ({
    ...balancer(""),
    id: address,
    address,
    fields,
    outputs,
  });
  const one = part("address/b", { allocationId: "eipalloc-b", publicAddress: "192.0.2.2" });
  const other = part("address/a", { allocationId: "eipalloc-a", publicAddress: "192.0.2.1" });
  const gateway = part("nat-gateway/b", { publicAddresses: "192.0.2.2" }, { mode: "zonal" });

  test("are those of all zones, since a list without one is of no use, also without a gateway", async () => {
    const leaving = { ...part("address/c", { publicAddress: "192.0.2.4" }), status: "deleting" };
    const live = [one, other, gateway, leaving as Live];
    expect(await outputsOf(live, NO_ACCESS)).toEqual({ outgoingAddresses: "192.0.2.1, 192.0.2.2" });
  });

  test("are those of a regional gateway, once AWS has told them", async () => {
    const regional = (publicAddresses: string) =>
      part("nat-gateway/shop", { publicAddresses }, { mode: "regional" });
    expect(await outputsOf([regional("192.0.2.3, 192.0.2.5")], NO_ACCESS)).toEqual({
      outgoingAddresses: "192.0.2.3, 192.0.2.5",
    });
    expect(await outputsOf([regional("")], NO_ACCESS)).toEqual({});
  });
});
