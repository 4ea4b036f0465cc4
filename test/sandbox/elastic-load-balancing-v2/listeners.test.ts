import {
  type Action,
  CreateListenerCommand,
  DeleteListenerCommand,
  DescribeListenerAttributesCommand,
  DescribeListenersCommand,
  ModifyListenerAttributesCommand,
  ModifyListenerCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { createBalancer, createTargets, listen, openFront } from "./front.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

type Front = Awaited<ReturnType<typeof openFront>>;

async function listenWith({ elbv2, balancer }: Front, action: Action, more: object = {}) {
  const { Listeners: [made] = [] } = await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer,
      Protocol: "HTTP",
      Port: 8080,
      DefaultActions: [action],
      ...more,
    }),
  );
  return made;
}

test("a listener is described with the defaults of its action", async () => {
  const front = await openFront();
  const { Listeners } = await front.elbv2.send(
    new DescribeListenersCommand({ LoadBalancerArn: front.balancer }),
  );
  expect(Listeners).toEqual([
    {
      ListenerArn: front.listener,
      LoadBalancerArn: front.balancer,
      Port: 80,
      Protocol: "HTTP",
      DefaultActions: [
        {
          Type: "forward",
          TargetGroupArn: front.group,
          ForwardConfig: {
            TargetGroups: [{ TargetGroupArn: front.group, Weight: 1 }],
            TargetGroupStickinessConfig: { Enabled: false },
          },
        },
      ],
    },
  ]);
  expect(front.listener).toMatch(/:listener\/app\/shop\/[0-9a-f]{16}\/[0-9a-f]{16}$/);
});

test("a redirect is answered with the parts that it leaves alone", async () => {
  const front = await openFront();
  const made = await listenWith(front, {
    Type: "redirect",
    RedirectConfig: { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301" },
  });
  expect(made?.DefaultActions?.[0]?.RedirectConfig).toEqual({
    Protocol: "HTTPS",
    Port: "443",
    Host: "#{host}",
    Path: "/#{path}",
    Query: "#{query}",
    StatusCode: "HTTP_301",
  });
});

test("a second listener on a port is refused, and the same one answered", async () => {
  const front = await openFront();
  const again = await listen(front, front.balancer, front.group);
  expect(again).toBe(front.listener);
  const other = await createTargets(front, { Name: "other" });
  expect(await refusal(listen(front, front.balancer, other))).toMatchObject({
    code: "DuplicateListenerException",
    message: `A listener already exists on this port for this load balancer '${front.balancer}'`,
  });
  const elsewhere = await listen(front, front.balancer, other, 81);
  const moved = new ModifyListenerCommand({ ListenerArn: elsewhere, Port: 80 });
  expect((await refusal(front.elbv2.send(moved))).code).toBe("DuplicateListenerException");
});

test("a target group belongs to one load balancer", async () => {
  const front = await openFront();
  const second = await createBalancer(front, { Name: "second" });
  expect(await refusal(listen(front, second, front.group))).toMatchObject({
    code: "TargetGroupAssociationLimitException",
    message: `The following target groups cannot be associated with more than one load balancer: ${front.group}`,
  });
});

describe("what a listener cannot be made of", () => {
  const fixed: Action = {
    Type: "fixed-response",
    FixedResponseConfig: { StatusCode: "200", ContentType: "text/plain", MessageBody: "ok" },
  };
  test.each([
    [
      "HTTPS with a certificate that there is not",
      fixed,
      { Protocol: "HTTPS", Certificates: [{ CertificateArn: "arn:aws:acm:::certificate/1" }] },
      "CertificateNotFoundException",
    ],
    ["HTTPS without a certificate", fixed, { Protocol: "HTTPS" }, "ValidationError"],
    ["TCP", fixed, { Protocol: "TCP" }, "ValidationError"],
    ["a port", fixed, { Port: 70_000 }, "ValidationError"],
    ["no action", fixed, { DefaultActions: [] }, "ValidationError"],
    [
      "a target group that there is not",
      { Type: "forward", TargetGroupArn: "arn:none" },
      {},
      "TargetGroupNotFoundException",
    ],
    [
      "a loop",
      { Type: "redirect", RedirectConfig: { Port: "8080", StatusCode: "HTTP_302" } },
      {},
      "InvalidLoadBalancerActionException",
    ],
    [
      "a body with a status of 3XX",
      { Type: "fixed-response", FixedResponseConfig: { StatusCode: "301" } },
      {},
      "ValidationError",
    ],
    [
      "settings of another action",
      { ...fixed, TargetGroupArn: "arn:none" },
      {},
      "InvalidLoadBalancerActionException",
    ],
    ["an identity provider", { Type: "authenticate-cognito" }, {}, "UnsupportedOperation"],
  ] as const)("%s", async (_, action, more, code) => {
    const front = await openFront();
    expect((await refusal(listenWith(front, action as Action, more))).code).toBe(code);
  });

  test("more than the quota", async () => {
    const front = await openFront({ quotas: { listenersOfApplicationLoadBalancer: 1 } });
    expect((await refusal(listenWith(front, fixed))).code).toBe("TooManyListenersException");
  });
});

test("listener attributes have defaults and are changed by key", async () => {
  const front = await openFront();
  const ListenerArn = front.listener;
  const { Attributes = [] } = await front.elbv2.send(
    new DescribeListenerAttributesCommand({ ListenerArn }),
  );
  expect(Attributes).toContainEqual({ Key: "routing.http.response.server.enabled", Value: "true" });
  const modify = (Key: string, Value: string) =>
    front.elbv2.send(
      new ModifyListenerAttributesCommand({ ListenerArn, Attributes: [{ Key, Value }] }),
    );
  const changed = await modify("routing.http.response.server.enabled", "false");
  expect(changed.Attributes).toContainEqual({
    Key: "routing.http.response.server.enabled",
    Value: "false",
  });
  expect((await refusal(modify("server", "x"))).code).toBe("ValidationError");
  await front.elbv2.send(new DeleteListenerCommand({ ListenerArn }));
  expect((await refusal(modify("server", "x"))).code).toBe("ListenerNotFoundException");
});
