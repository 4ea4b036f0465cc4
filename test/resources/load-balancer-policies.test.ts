import { describe, expect, test } from "vitest";
import {
  policiesOf,
  policiesOfExchanged,
  policyCaution,
  unusedPoliciesNote,
} from "../../src/resources/load-balancer-policies.ts";
import type { Listener } from "../../src/resources/load-balancer-settings.ts";

function listener(port: number, more: Partial<Listener> = {}): Listener {
  return {
    protocol: "HTTP",
    port,
    instanceProtocol: "HTTP",
    instancePort: 8080,
    certificate: null,
    ...more,
  };
}

test("the policies of listeners are told by port, of those that have some", () => {
  const ListenerDescriptions = [
    { Listener: { Protocol: "HTTP", LoadBalancerPort: 80, InstancePort: 1 }, PolicyNames: ["a"] },
    { Listener: { Protocol: "HTTP", LoadBalancerPort: 81, InstancePort: 1 }, PolicyNames: [] },
    { Listener: { Protocol: "HTTP", LoadBalancerPort: 82, InstancePort: 1 } },
    { PolicyNames: ["b", "c"] },
  ];
  expect(policiesOf({ ListenerDescriptions })).toEqual([
    { port: 80, names: ["a"] },
    { port: 0, names: ["b", "c"] },
  ]);
  expect(policiesOf({})).toEqual([]);
});

describe("policies of a listener that is exchanged", () => {
  const tcp = { protocol: "TCP", instanceProtocol: "TCP" } as const;
  const https = { protocol: "HTTPS", certificate: "arn:1" } as const;
  test.each<
    [what: string, before: Partial<Listener>, after: Partial<Listener> | undefined, stay: boolean]
  >([
    ["can be set on one to another port of the servers", {}, { instancePort: 23 }, true],
    ["can be set on HTTPS after HTTP", {}, https, true],
    ["can be set on HTTP after HTTPS", https, {}, true],
    ["can be set on HTTP after TCP", tcp, {}, true],
    ["can be set on TCP after TCP", tcp, { ...tcp, instancePort: 23 }, true],
    ["are lost on TCP after HTTP", {}, tcp, false],
    ["are lost on TCP after HTTPS", https, tcp, false],
    ["are lost where no listener follows", {}, undefined, false],
  ])("%s", (_what, before, after, stay) => {
    const policies = [{ port: 80, names: ["sticky"] }];
    const live = { listeners: [listener(79), listener(80, before)], policies };
    const wanted = [listener(79), ...(after === undefined ? [] : [listener(80, after)])];
    expect(policiesOfExchanged(live, wanted)).toEqual([{ port: 80, names: ["sticky"], stay }]);
  });

  test("are none where it stays, where it has none, and where it is gone already", () => {
    const of = (port: number) => [{ port, names: ["sticky"] }];
    const listeners = [listener(80), listener(81)];
    const wanted = [listener(80), listener(81, { instancePort: 23 })];
    expect(policiesOfExchanged({ listeners, policies: of(80) }, wanted)).toEqual([]);
    expect(policiesOfExchanged({ listeners, policies: of(82) }, wanted)).toEqual([]);
    expect(policiesOfExchanged({ listeners }, wanted)).toEqual([]);
    expect(policyCaution({ listeners, policies: of(80) }, wanted)).toBeUndefined();
  });
});

describe("before listeners with policies go, it is said", () => {
  const policies = [
    { port: 80, names: ["sticky", "other"] },
    { port: 81, names: ["third"] },
  ];
  const live = { listeners: [listener(80), listener(81)], policies };

  test("that they are set on the new ones", () => {
    const wanted = [80, 81].map((port) => listener(port, { instancePort: 23 }));
    expect(policyCaution(live, wanted)).toEqual({
      summary:
        "somebody has set policies on listeners that are made anew (sticky and other of port 80, third of port 81): they are set on the new ones as soon as these are there",
      remedy:
        "Nothing is to be done; users may be sent to another server once, and sign in again there.",
    });
  });

  test("which of them no listener has then", () => {
    expect(policyCaution(live, [listener(80, { instancePort: 23 })])).toEqual({
      summary:
        "somebody has set policies on listeners that go, and no listener has them then (third of port 81): where they keep a user's requests on one server, they end doing so",
      remedy:
        "If the application needs them (sticky sessions), leave the listener as it is in the file.",
    });
  });
});

describe("policies that no listener has", () => {
  const Policies = {
    AppCookieStickinessPolicies: [{ PolicyName: "by the app's cookie" }],
    LBCookieStickinessPolicies: [{ PolicyName: "by-age" }, { PolicyName: "used" }],
    OtherPolicies: ["ELBSecurityPolicy-2016-08"],
  };
  const LoadBalancerName = "afterpay-web";
  const Listener = { Protocol: "HTTP", LoadBalancerPort: 80, InstancePort: 80 };

  test("are named, with what sets them", () => {
    const ListenerDescriptions = [{ Listener, PolicyNames: ["used"] }, { Listener }];
    const found = { LoadBalancerName, Policies, ListenerDescriptions };
    expect(unusedPoliciesNote(found, "eu-west-1")).toEqual([
      {
        summary:
          "no listener has the policies by the app's cookie and by-age of the load balancer, which make sessions sticky",
        remedy:
          "If a listener is to have them, set them after the apply: aws elb set-load-balancer-policies-of-listener --load-balancer-name afterpay-web --policy-names 'by the app'\\''s cookie' by-age --region eu-west-1 --load-balancer-port and its port",
        concerns: { fields: ["listeners"] },
      },
    ]);
  });

  test.each([
    ["there are none", {}],
    ["there are none of that kind", { Policies: { OtherPolicies: Policies.OtherPolicies } }],
    [
      "all are used",
      {
        Policies,
        ListenerDescriptions: [{ Listener, PolicyNames: ["used", "by-age"] }],
        BackendServerDescriptions: [{ InstancePort: 80, PolicyNames: ["by the app's cookie"] }],
      },
    ],
  ])("are not told of where %s", (_what, found) => {
    expect(unusedPoliciesNote({ LoadBalancerName, ...found }, "eu-west-1")).toEqual([]);
  });

  test("are told of where AWS tells of no listener", () => {
    expect(unusedPoliciesNote({ LoadBalancerName, Policies }, "eu-west-1")).toMatchObject([
      { summary: expect.stringContaining("by the app's cookie and by-age and used") },
    ]);
  });
});
