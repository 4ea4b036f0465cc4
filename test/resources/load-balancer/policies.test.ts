import { describe, expect, test } from "vitest";
import {
  policiesOf,
  policiesOfExchanged,
  policyCaution,
  unusedPoliciesNote,
} from "../../../src/resources/load-balancer/policies.ts";
import type { ListenerFields } from "../../../src/resources/load-balancer/settings.ts";

function listener(port: number, more: Partial<ListenerFields> = {}): ListenerFields {
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
    [
      what: string,
      before: Partial<ListenerFields>,
      after: Partial<ListenerFields> | undefined,
      stay: boolean,
    ]
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
        "somebody set policies on listeners that this change recreates (sticky and other of port 80, third of port 81). The new listeners get the policies as soon as they exist.",
      remedy:
        "The policies need no action. Users may reach another server once, and may have to sign in again.",
    });
  });

  test("which of them no listener has then", () => {
    expect(policyCaution(live, [listener(80, { instancePort: 23 })])).toEqual({
      summary:
        "somebody set policies on listeners that this change deletes (third of port 81). No listener has these policies afterwards, so their sticky sessions end.",
      remedy:
        "If the application needs sticky sessions, do not change the listener in the stack file.",
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
          "no listener uses the load balancer's policies by the app's cookie and by-age, which make sessions sticky",
        remedy:
          "If a listener needs them, set them after the apply, with the listener's port for PORT: aws elb set-load-balancer-policies-of-listener --load-balancer-name afterpay-web --policy-names 'by the app'\\''s cookie' by-age --region eu-west-1 --load-balancer-port PORT",
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
