import { describe, expect, test } from "vitest";
import { compiledFields, whole } from "./stacks.ts";

describe("security groups", () => {
  test("a rule's peer is a reference, an id or a range", () => {
    expect(compiledFields(whole, "security-group/web")["ingress"]).toEqual([
      {
        protocol: "tcp",
        fromPort: 80,
        toPort: 80,
        peer: { ref: "security-group/load-balancer", output: "id" },
      },
      { protocol: "-1", fromPort: null, toPort: null, peer: "sg-office" },
    ]);
  });

  test("ICMP has types in place of ports", () => {
    expect(compiledFields(whole, "security-group/load-balancer")["ingress"]).toContainEqual({
      protocol: "icmp",
      fromPort: -1,
      toPort: -1,
      peer: "0.0.0.0/0",
    });
  });
});
