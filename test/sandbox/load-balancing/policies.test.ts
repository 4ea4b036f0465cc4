import {
  CreateAppCookieStickinessPolicyCommand,
  CreateLBCookieStickinessPolicyCommand,
  CreateLoadBalancerCommand,
  CreateLoadBalancerListenersCommand,
  CreateLoadBalancerPolicyCommand,
  DeleteLoadBalancerListenersCommand,
  DeleteLoadBalancerPolicyCommand,
  DescribeLoadBalancerPoliciesCommand,
  DescribeLoadBalancerPolicyTypesCommand,
  DescribeLoadBalancersCommand,
  SetLoadBalancerPoliciesForBackendServerCommand,
  SetLoadBalancerPoliciesOfListenerCommand,
} from "@aws-sdk/client-elastic-load-balancing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { openAccount } from "../tier.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const LoadBalancerName = "front";

/** Port 80 is HTTP, port 81 TCP. */
async function openFront() {
  const { loadBalancing, subnets } = await openAccount();
  const listener = (LoadBalancerPort: number, Protocol: string) => ({
    Protocol,
    LoadBalancerPort,
    InstancePort: LoadBalancerPort,
  });
  await loadBalancing.send(
    new CreateLoadBalancerCommand({
      LoadBalancerName,
      Listeners: [listener(80, "HTTP"), listener(81, "TCP")],
      Subnets: subnets.slice(0, 1),
    }),
  );
  const set = (LoadBalancerPort: number, ...PolicyNames: string[]) =>
    loadBalancing.send(
      new SetLoadBalancerPoliciesOfListenerCommand({
        LoadBalancerName,
        LoadBalancerPort,
        PolicyNames,
      }),
    );
  const sticky = (PolicyName: string) =>
    loadBalancing.send(new CreateLBCookieStickinessPolicyCommand({ LoadBalancerName, PolicyName }));
  const look = async () => {
    const answer = await loadBalancing.send(new DescribeLoadBalancersCommand({}));
    return answer.LoadBalancerDescriptions?.[0];
  };
  return { loadBalancing, listener, set, sticky, look };
}

describe("policies of a load balancer", () => {
  test("are its own, by kind, and a listener has those that are set on it", async () => {
    const { loadBalancing, set, sticky, look } = await openFront();
    await sticky("session");
    await loadBalancing.send(
      new CreateLBCookieStickinessPolicyCommand({
        LoadBalancerName,
        PolicyName: "ten-minutes",
        CookieExpirationPeriod: 600,
      }),
    );
    await loadBalancing.send(
      new CreateAppCookieStickinessPolicyCommand({
        LoadBalancerName,
        PolicyName: "app",
        CookieName: "JSESSIONID",
      }),
    );
    await loadBalancing.send(
      new CreateLoadBalancerPolicyCommand({
        LoadBalancerName,
        PolicyName: "proxy",
        PolicyTypeName: "ProxyProtocolPolicyType",
        PolicyAttributes: [{ AttributeName: "ProxyProtocol", AttributeValue: "true" }],
      }),
    );
    await set(80, "session");
    await set(80, "ten-minutes");
    await loadBalancing.send(
      new SetLoadBalancerPoliciesForBackendServerCommand({
        LoadBalancerName,
        InstancePort: 81,
        PolicyNames: ["proxy"],
      }),
    );
    expect(await look()).toMatchObject({
      ListenerDescriptions: [{ PolicyNames: ["ten-minutes"] }, { PolicyNames: [] }],
      Policies: {
        AppCookieStickinessPolicies: [{ PolicyName: "app", CookieName: "JSESSIONID" }],
        LBCookieStickinessPolicies: [
          { PolicyName: "session" },
          { PolicyName: "ten-minutes", CookieExpirationPeriod: 600 },
        ],
        OtherPolicies: ["proxy"],
      },
      BackendServerDescriptions: [{ InstancePort: 81, PolicyNames: ["proxy"] }],
    });
    const { PolicyDescriptions } = await loadBalancing.send(
      new DescribeLoadBalancerPoliciesCommand({ LoadBalancerName, PolicyNames: ["app"] }),
    );
    expect(PolicyDescriptions).toEqual([
      {
        PolicyName: "app",
        PolicyTypeName: "AppCookieStickinessPolicyType",
        PolicyAttributeDescriptions: [
          { AttributeName: "CookieName", AttributeValue: "JSESSIONID" },
        ],
      },
    ]);
  });

  test("outlive the listener, and do not come with the next one", async () => {
    const { loadBalancing, listener, set, sticky, look } = await openFront();
    await sticky("session");
    await set(80, "session");
    const ports = { LoadBalancerName, LoadBalancerPorts: [80] };
    await loadBalancing.send(new DeleteLoadBalancerListenersCommand(ports));
    await vi.advanceTimersByTimeAsync(600_000);
    const Listeners = [{ ...listener(80, "HTTP"), InstancePort: 8080 }];
    await loadBalancing.send(
      new CreateLoadBalancerListenersCommand({ LoadBalancerName, Listeners }),
    );
    expect(await look()).toMatchObject({
      ListenerDescriptions: [
        { Listener: { LoadBalancerPort: 81 } },
        { Listener: { LoadBalancerPort: 80 }, PolicyNames: [] },
      ],
      Policies: { LBCookieStickinessPolicies: [{ PolicyName: "session" }] },
    });
  });

  test("are deleted when no listener has them, and then once more without an error", async () => {
    const { loadBalancing, set, sticky, look } = await openFront();
    await sticky("session");
    await set(80, "session");
    const command = new DeleteLoadBalancerPolicyCommand({
      LoadBalancerName,
      PolicyName: "session",
    });
    expect(await refusal(loadBalancing.send(command))).toMatchObject({
      code: "InvalidConfigurationRequestException",
    });
    await set(80);
    await loadBalancing.send(command);
    await loadBalancing.send(command);
    expect((await look())?.Policies?.LBCookieStickinessPolicies).toEqual([]);
  });

  test("have types that tell what they take", async () => {
    const { loadBalancing } = await openFront();
    const PolicyTypeNames = ["AppCookieStickinessPolicyType"];
    const { PolicyTypeDescriptions } = await loadBalancing.send(
      new DescribeLoadBalancerPolicyTypesCommand({ PolicyTypeNames }),
    );
    expect(PolicyTypeDescriptions).toMatchObject([
      { PolicyAttributeTypeDescriptions: [{ AttributeName: "CookieName", Cardinality: "ONE" }] },
    ]);
  });

  test.each([
    ["DuplicatePolicyNameException", "session", { LoadBalancerName }],
    ["ValidationError", "no_underscore", { LoadBalancerName }],
    ["AccessPointNotFoundException", "other", { LoadBalancerName: "nobody" }],
  ])("%s: %s", async (code, PolicyName, where) => {
    const { loadBalancing, sticky } = await openFront();
    await sticky("session");
    const command = new CreateLBCookieStickinessPolicyCommand({ ...where, PolicyName });
    expect(await refusal(loadBalancing.send(command))).toMatchObject({ code });
  });

  test.each([
    ["ListenerNotFoundException", 443, "session"],
    ["PolicyNotFoundException", 80, "other"],
    ["InvalidConfigurationRequestException", 81, "session"],
  ])("%s: a listener of port %s with the policy %s", async (code, port, name) => {
    const { set, sticky } = await openFront();
    await sticky("session");
    expect(await refusal(set(port, name))).toMatchObject({ code });
  });

  test.each([
    ["PolicyTypeNotFoundException", "NoSuchPolicyType", []],
    ["InvalidConfigurationRequestException", "ProxyProtocolPolicyType", []],
    [
      "InvalidConfigurationRequestException",
      "ProxyProtocolPolicyType",
      [{ AttributeName: "CookieName", AttributeValue: "x" }],
    ],
  ])("%s: a policy of type %s with %j", async (code, PolicyTypeName, PolicyAttributes) => {
    const { loadBalancing } = await openFront();
    const command = new CreateLoadBalancerPolicyCommand({
      LoadBalancerName,
      PolicyName: "one",
      PolicyTypeName,
      PolicyAttributes,
    });
    expect(await refusal(loadBalancing.send(command))).toMatchObject({ code });
  });
});
