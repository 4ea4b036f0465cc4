import { expect, test } from "vitest";
import { loadStack } from "../../src/spec/load.ts";
import type { Stack } from "../../src/spec/stack.ts";
import { checkReferencedGroups, referencedGroupIds } from "../../src/stack/referenced-groups.ts";

const place = { vpcId: "vpc-1", region: "ap-southeast-2" };
const [peer, front, back] = ["sg-00000001", "sg-00000002", "sg-00000003"] as const;

const stack = load(`
version: 1
stack: shop
image: { base: amazon-linux-2023 }
securityGroups:
  web:
    ingress:
      - { port: 80, from: [web, 10.0.0.0/8, ${peer}] }
      - { port: 81, from: ${peer} }
    egress: [{ port: 443, to: pl-00000001 }, { port: 5432, to: ${peer} }]
loadBalancer: { securityGroups: [${front}] }
scaling: { min: 1, securityGroups: [web, ${back}] }
`);

function load(text: string): Stack {
  const loaded = loadStack(text, { file: "shop.yaml", folder: "/home/me" });
  if ("errors" in loaded) throw new Error(JSON.stringify(loaded.errors));
  return loaded.stack;
}

test("ids of other people's groups are found wherever the file may name one", () => {
  expect(referencedGroupIds(stack).toSorted()).toEqual([peer, peer, front, back]);
});

test("groups of the same VPC are good", () => {
  const vpcs = new Map([peer, front, back].map((id) => [id, "vpc-1"]));
  expect(checkReferencedGroups(stack, vpcs, place)).toEqual([]);
});

test("a group that is not there is an error in each place that names it", () => {
  const findings = checkReferencedGroups(stack, new Map(), place);
  expect(findings.map(({ path }) => path.join("."))).toEqual([
    "securityGroups.web.ingress",
    "securityGroups.web.egress",
    "loadBalancer.securityGroups.0",
    "scaling.securityGroups.1",
  ]);
  for (const { severity, message } of findings) {
    expect(severity).toBe("error");
    expect(message).toMatch(/^ap-southeast-2 has no security group sg-0000000\d in this account$/);
  }
});

test("a group of another VPC is an error, but as a rule's source a doubt: VPCs may be peered", () => {
  const vpcs = new Map([peer, front, back].map((id) => [id, "vpc-2"]));
  const findings = checkReferencedGroups(stack, vpcs, place);
  expect(findings.map(({ severity }) => severity)).toEqual([
    "warning",
    "warning",
    "error",
    "error",
  ]);
  expect(findings[3]).toMatchObject({
    message: `the security group ${back} is in vpc-2, but the stack is in vpc-1`,
    help: expect.stringContaining("name a group in vpc-1"),
  });
});
