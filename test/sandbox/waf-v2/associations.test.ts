import {
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  DeleteWebACLCommand,
  DisassociateWebACLCommand,
  GetWebACLForResourceCommand,
  ListResourcesForWebACLCommand,
} from "@aws-sdk/client-wafv2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createSandbox } from "../../../src/sandbox/sandbox.ts";
import { refusal } from "../clients.ts";
import { createBalancer } from "../elastic-load-balancing-v2/front.ts";
import { openProtectedFront } from "./protected-front.ts";
import {
  associate,
  createIpSet,
  createWebAcl,
  protectorOf,
  readWebAcl,
  type Summary,
  type Waf,
  wafClient,
} from "./waf.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const disassociate = ({ client }: Waf, ResourceArn: string) =>
  client.send(new DisassociateWebACLCommand({ ResourceArn }));

async function remove({ client }: Waf, { Name, Id, LockToken }: Summary) {
  await client.send(new DeleteWebACLCommand({ Name, Id, LockToken, Scope: "REGIONAL" }));
}

async function resourcesOf({ client }: Waf, WebACLArn: string) {
  const command = new ListResourcesForWebACLCommand({ WebACLArn });
  return (await client.send(command)).ResourceArns;
}

/** An active load balancer that a web ACL protects. */
async function openProtected() {
  const front = await openProtectedFront();
  const webAcl = await createWebAcl(front);
  front.pass(300);
  await associate(front, webAcl.ARN, front.balancer);
  return { front, webAcl };
}

describe("an association", () => {
  test("is there from now on", async () => {
    const { front, webAcl } = await openProtected();
    const ResourceArn = front.balancer;
    const { WebACL } = await front.client.send(new GetWebACLForResourceCommand({ ResourceArn }));
    const { LockToken: _, ...read } = await readWebAcl(front, webAcl.ARN);
    expect(WebACL).toEqual(read);
    expect(await resourcesOf(front, webAcl.ARN)).toEqual([front.balancer]);
    expect(front.sandbox.inventory()["web-acl-association"]).toEqual([
      { region: "ap-southeast-2", id: front.balancer, name: webAcl.ARN, tags: {} },
    ]);
    await associate(front, webAcl.ARN, front.balancer);
    expect(await resourcesOf(front, webAcl.ARN)).toEqual([front.balancer]);
  });

  test.each([1, 2, 3])(
    "is refused for a new web ACL for 5 to 300 seconds (seed %i)",
    async (seed) => {
      const front = await openProtectedFront({ seed });
      front.pass(150);
      const { ARN } = await createWebAcl(front);
      front.pass(4);
      expect(await refusal(associate(front, ARN, front.balancer))).toMatchObject({
        code: "WAFUnavailableEntityException",
        message: "AWS WAF couldn’t retrieve the resource that you requested. Retry your request.",
      });
      front.pass(296);
      await associate(front, ARN, front.balancer);
    },
  );

  test("comes about after another time for every web ACL", async () => {
    const front = await openProtectedFront();
    front.pass(150);
    const made = [];
    for (const Name of ["a", "b", "c", "d"]) made.push(await createWebAcl(front, { Name }));
    const seconds = new Map<string, number>();
    for (let passed = 0; passed <= 300; passed += 5) {
      for (const { Name, ARN } of made.filter((each) => !seconds.has(each.Name))) {
        const code = await associate(front, ARN, front.balancer).catch((error) => error.name);
        if (code === undefined) seconds.set(Name, passed);
      }
      front.pass(5);
    }
    expect(new Set(seconds.values()).size).toBeGreaterThan(2);
  });

  test("is refused while the load balancer is provisioned", async () => {
    const front = await openProtectedFront();
    const first = await createWebAcl(front);
    front.pass(300);
    const second = await createBalancer(front, { Name: "second" });
    const early = refusal(associate(front, first.ARN, second));
    expect((await early).code).toBe("WAFNonexistentItemException");
    expect(await protectorOf(front, second)).toBeUndefined();
    front.pass(150);
    await associate(front, first.ARN, second);
    expect(await protectorOf(front, second)).toBe("shop");
  });

  test("is refused for other ARNs", async () => {
    const { front, webAcl } = await openProtected();
    const { balancer } = front;
    const set = await createIpSet(front);
    const refused = async (arn: string, resource: string) =>
      (await refusal(associate(front, arn, resource))).code;
    const absent = `${balancer.slice(0, -4)}0000`;
    expect(await refused(webAcl.ARN, absent)).toBe("WAFNonexistentItemException");
    expect(await refused(webAcl.ARN.replace("shop", "other"), balancer)).toBe(
      "WAFNonexistentItemException",
    );
    for (const [arn, resource] of [
      [set.ARN, balancer],
      [webAcl.ARN, webAcl.ARN],
      [webAcl.ARN, balancer.replace("/app/", "/net/")],
      [webAcl.ARN, balancer.replace("ap-southeast-2", "eu-west-1")],
    ] as const) {
      expect(await refused(arn, resource)).toBe("WAFInvalidParameterException");
    }
    expect((await refusal(disassociate(front, absent))).code).toBe("WAFNonexistentItemException");
    expect((await refusal(protectorOf(front, absent))).code).toBe("WAFNonexistentItemException");
  });

  test("is replaced by another without a word", async () => {
    const { front, webAcl } = await openProtected();
    const other = await createWebAcl(front, { Name: "other" });
    front.pass(300);
    await associate(front, other.ARN, front.balancer);
    expect(await protectorOf(front, front.balancer)).toBe("other");
    expect(await resourcesOf(front, webAcl.ARN)).toEqual([]);
    expect((await refusal(remove(front, webAcl))).code).toBe("WAFAssociatedItemException");
    front.pass(60);
    await remove(front, webAcl);
  });

  test("of an unprotected load balancer is ended too", async () => {
    const front = await openProtectedFront();
    await disassociate(front, front.balancer);
    expect(await protectorOf(front, front.balancer)).toBeUndefined();
  });

  test("is one of at most so many of a web ACL", async () => {
    const front = await openProtectedFront({ quotas: { loadBalancersPerWebAcl: 1 } });
    const second = await createBalancer(front, { Name: "second" });
    const { ARN } = await createWebAcl(front);
    front.pass(300);
    await associate(front, ARN, front.balancer);
    const refused = refusal(associate(front, ARN, second));
    expect((await refused).code).toBe("WAFLimitsExceededException");
  });

  test("is listed among those of load balancers only", async () => {
    const { front, webAcl } = await openProtected();
    const list = (ResourceType: "API_GATEWAY" | "APPLICATION_LOAD_BALANCER", WebACLArn: string) =>
      front.client.send(new ListResourcesForWebACLCommand({ WebACLArn, ResourceType }));
    expect((await list("API_GATEWAY", webAcl.ARN)).ResourceArns).toEqual([]);
    expect((await list("APPLICATION_LOAD_BALANCER", webAcl.ARN)).ResourceArns).toHaveLength(1);
    const absent = webAcl.ARN.replace("shop", "other");
    expect((await refusal(list("API_GATEWAY", absent))).code).toBe("WAFNonexistentItemException");
  });

  test("is seen after some time", async () => {
    const { front } = await openProtected();
    const snapshot = front.sandbox.snapshot();
    const consistency = { maxMilliseconds: 3000 };
    const sandbox = await createSandbox({ snapshot, speed: 1, consistency });
    const lagging = { client: wafClient(sandbox) };
    await lagging.client.send(new DisassociateWebACLCommand({ ResourceArn: front.balancer }));
    expect(await protectorOf(lagging, front.balancer)).toBe("shop");
    front.pass(3);
    expect(await protectorOf(lagging, front.balancer)).toBeUndefined();
  });
});

describe("a web ACL", () => {
  test("cannot be deleted while it is associated, nor some seconds later", async () => {
    const { front, webAcl } = await openProtected();
    front.pass(10_000);
    expect(await refusal(remove(front, webAcl))).toMatchObject({
      code: "WAFAssociatedItemException",
      message:
        "AWS WAF couldn’t perform the operation because your resource is being used by another resource or it’s associated with another resource.",
    });
    await disassociate(front, front.balancer);
    expect(await protectorOf(front, front.balancer)).toBeUndefined();
    front.pass(1);
    expect((await refusal(remove(front, webAcl))).code).toBe("WAFAssociatedItemException");
    front.pass(59);
    await remove(front, webAcl);
  });

  test("cannot be deleted right after its load balancer", async () => {
    const { front, webAcl } = await openProtected();
    const LoadBalancerArn = front.balancer;
    await front.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    expect(front.sandbox.inventory()["web-acl-association"]).toBeUndefined();
    expect(await resourcesOf(front, webAcl.ARN)).toEqual([]);
    front.pass(1);
    expect((await refusal(remove(front, webAcl))).code).toBe("WAFAssociatedItemException");
    front.pass(59);
    await remove(front, webAcl);
  });

  test("does not keep its load balancer from deletion", async () => {
    const { front } = await openProtected();
    const LoadBalancerArn = front.balancer;
    await front.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    const { LoadBalancers } = await front.elbv2.send(new DescribeLoadBalancersCommand({}));
    expect(LoadBalancers).toEqual([]);
    const refused = refusal(protectorOf(front, LoadBalancerArn));
    expect((await refused).code).toBe("WAFNonexistentItemException");
  });
});
