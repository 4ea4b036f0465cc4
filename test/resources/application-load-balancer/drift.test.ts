import { describe, expect, test } from "vitest";
import { sameValue } from "../../../src/engine/values.ts";
import {
  type ApplicationLoadBalancerFields,
  applicationLoadBalancer,
} from "../../../src/resources/application-load-balancer/index.ts";
import { targetGroup } from "../../../src/resources/target-group/index.ts";
import { openAccount, target, theOnly } from "../account.ts";
import { byHand, openBalancer, targetGroupFields, writesOf } from "../application-tier.ts";

async function open() {
  const account = await openAccount();
  return { account, ...(await openBalancer(account)) };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** The ARN of the listener on that port. */
async function listenerOn({ account, live }: Opened, port: number): Promise<string> {
  const { Listeners } = (await account.sandbox.call("elbv2", "DescribeListeners", {
    LoadBalancerArn: live.id,
  })) as { Listeners: { Port: number; ListenerArn: string }[] };
  return Listeners.find(({ Port }) => Port === port)?.ListenerArn ?? "";
}

/** Another target group, which somebody made. */
async function otherTargets({ account, tier }: Opened): Promise<string> {
  const { context, pass } = account;
  const other = await pass(
    targetGroup.create(context, target(targetGroup, "other"), targetGroupFields(tier)),
  );
  account.takeCalls();
  return other.id;
}

function forward(...groups: readonly (readonly [arn: string, weight: number])[]) {
  const TargetGroups = groups.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
  return [{ Type: "forward", ForwardConfig: { TargetGroups } }];
}

const { normalize } = applicationLoadBalancer;

/** The fields that differ, as a plan compares them. */
function differing(wanted: ApplicationLoadBalancerFields, live: ApplicationLoadBalancerFields) {
  const [one, other] = [normalize(wanted), normalize(live)];
  return Object.keys(one).filter(
    (name) => !sameValue(Reflect.get(one, name), Reflect.get(other, name)),
  );
}

const drifts: readonly [
  what: string,
  keyof ApplicationLoadBalancerFields & string,
  (opened: Opened) => Promise<unknown>,
  calls: readonly string[],
][] = [
  [
    "a listener was deleted",
    "listeners",
    async (opened) =>
      byHand(opened.account, "DeleteListener", { ListenerArn: await listenerOn(opened, 8080) }),
    ["CreateListener"],
  ],
  [
    "a listener was added",
    "listeners",
    async ({ account, live, targets }) =>
      byHand(account, "CreateListener", {
        LoadBalancerArn: live.id,
        Port: 81,
        Protocol: "HTTP",
        DefaultActions: forward([targets.id, 1]),
      }),
    ["DeleteListener"],
  ],
  [
    "a listener forwards to another target group, too",
    "listeners",
    async (opened) =>
      byHand(opened.account, "ModifyListener", {
        ListenerArn: await listenerOn(opened, 8080),
        DefaultActions: forward([opened.targets.id, 9], [await otherTargets(opened), 1]),
      }),
    ["ModifyListener"],
  ],
  [
    "a listener got another port",
    "listeners",
    async (opened) =>
      byHand(opened.account, "ModifyListener", {
        ListenerArn: await listenerOn(opened, 8080),
        Port: 8081,
      }),
    ["CreateListener", "DeleteListener"],
  ],
  [
    "a listener is sticky",
    "listeners",
    async (opened) =>
      byHand(opened.account, "ModifyListener", {
        ListenerArn: await listenerOn(opened, 8080),
        DefaultActions: [
          {
            Type: "forward",
            ForwardConfig: {
              TargetGroups: [{ TargetGroupArn: opened.targets.id, Weight: 1 }],
              TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
            },
          },
        ],
      }),
    ["ModifyListener"],
  ],
  [
    "a redirect leads to another host",
    "listeners",
    async (opened) =>
      byHand(opened.account, "ModifyListener", {
        ListenerArn: await listenerOn(opened, 80),
        DefaultActions: [
          {
            Type: "redirect",
            RedirectConfig: {
              Protocol: "HTTP",
              Port: "8080",
              Host: "elsewhere.example",
              StatusCode: "HTTP_301",
            },
          },
        ],
      }),
    ["ModifyListener"],
  ],
  [
    "a listener answers by itself",
    "listeners",
    async (opened) =>
      byHand(opened.account, "ModifyListener", {
        ListenerArn: await listenerOn(opened, 8080),
        DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "503" } }],
      }),
    ["ModifyListener"],
  ],
  [
    "a rule was added",
    "otherRules",
    async (opened) =>
      byHand(opened.account, "CreateRule", {
        ListenerArn: await listenerOn(opened, 8080),
        Priority: 7,
        Conditions: [{ Field: "path-pattern", Values: ["/admin/*"] }],
        Actions: forward([opened.targets.id, 1]),
      }),
    ["DeleteRule"],
  ],
  [
    "an attribute was changed",
    "idleTimeout",
    async ({ account, live }) =>
      byHand(account, "ModifyLoadBalancerAttributes", {
        LoadBalancerArn: live.id,
        Attributes: [{ Key: "idle_timeout.timeout_seconds", Value: "4000" }],
      }),
    ["ModifyLoadBalancerAttributes"],
  ],
  [
    "headers with invalid names pass",
    "dropInvalidHeaders",
    async ({ account, live }) =>
      byHand(account, "ModifyLoadBalancerAttributes", {
        LoadBalancerArn: live.id,
        Attributes: [{ Key: "routing.http.drop_invalid_header_fields.enabled", Value: "false" }],
      }),
    ["ModifyLoadBalancerAttributes"],
  ],
  [
    "its deletion was forbidden",
    "deletionProtection",
    async ({ account, live }) =>
      byHand(account, "ModifyLoadBalancerAttributes", {
        LoadBalancerArn: live.id,
        Attributes: [{ Key: "deletion_protection.enabled", Value: "true" }],
      }),
    ["ModifyLoadBalancerAttributes"],
  ],
  [
    "security groups were changed",
    "securityGroupIds",
    async ({ account, live, tier }) =>
      byHand(account, "SetSecurityGroups", {
        LoadBalancerArn: live.id,
        SecurityGroups: [tier.closed],
      }),
    ["SetSecurityGroups"],
  ],
  [
    "subnets were added",
    "subnets",
    async ({ account, live }) => {
      const { Subnets } = (await account.sandbox.call("ec2", "DescribeSubnets", {})) as {
        Subnets: { SubnetId: string }[];
      };
      return byHand(account, "SetSubnets", {
        LoadBalancerArn: live.id,
        Subnets: Subnets.map(({ SubnetId }) => SubnetId),
      });
    },
    ["SetSubnets"],
  ],
  [
    "tags were changed",
    "tags",
    async ({ account, live }) =>
      byHand(account, "AddTags", {
        ResourceArns: [live.id],
        Tags: [{ Key: "team", Value: "other" }],
      }),
    ["AddTags"],
  ],
];

describe("where by hand", () => {
  test.each(drifts)("%s, its %s differ alone, and it gets them back", async (...each) => {
    const [, name, drift, calls] = each;
    const opened = await open();
    const { account, fields } = opened;
    await drift(opened);
    account.takeCalls();
    const seen = await theOnly(account, applicationLoadBalancer);
    expect(differing(fields, seen.fields)).toEqual([name]);
    const { update } = applicationLoadBalancer;
    const back = await account.pass(update(account.context, seen, fields, [name]));
    expect(writesOf(account)).toEqual(calls);
    expect(differing(fields, back.fields)).toEqual([]);
    expect(back).toEqual(await theOnly(account, applicationLoadBalancer));
  });

  test("a rule was added, it is told in words, and what it forwards to is in use", async () => {
    const opened = await open();
    const other = await otherTargets(opened);
    const ListenerArn = await listenerOn(opened, 8080);
    await byHand(opened.account, "CreateRule", {
      ListenerArn,
      Priority: 7,
      Conditions: [
        { Field: "path-pattern", Values: ["/admin/*", "/root"] },
        { Field: "host-header", Values: ["shop.example"] },
      ],
      Actions: forward([other, 1]),
    });
    const seen = await theOnly(opened.account, applicationLoadBalancer);
    expect(seen.fields.otherRules).toHaveLength(1);
    expect(seen.fields.otherRules?.[0]).toMatch(
      /^port 8080, priority 7: path-pattern .* and host-header .* → forward$/,
    );
    expect(seen.uses).toContain(other);
    const { because } = applicationLoadBalancer.fields.otherRules;
    expect(String(because?.(seen.fields.otherRules as never, [] as never))).toMatch(
      /^somebody added rules that this stack does not define: port 8080, priority 7/,
    );
  });
});
