import {
  type Action,
  CreateRuleCommand,
  type CreateRuleCommandInput,
  DeleteRuleCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  ModifyRuleCommand,
  SetRulePrioritiesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { openFront } from "./front.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

type Front = Awaited<ReturnType<typeof openFront>>;

async function rule(
  { elbv2, listener }: Front,
  Priority: number,
  more: Partial<CreateRuleCommandInput> = {},
) {
  const { Rules: [made] = [] } = await elbv2.send(
    new CreateRuleCommand({
      ListenerArn: listener,
      Priority,
      Conditions: [{ Field: "path-pattern", Values: ["/api/*"] }],
      Actions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } }],
      ...more,
    }),
  );
  return made?.RuleArn ?? "";
}

test("rules are listed by priority, and the default rule is the last one", async () => {
  const front = await openFront();
  const { elbv2, listener, group } = front;
  const later = await rule(front, 20);
  const sooner = await rule(front, 10, {
    Conditions: [
      { Field: "host-header", HostHeaderConfig: { Values: ["example.com", "*.example.com"] } },
      { Field: "query-string", QueryStringConfig: { Values: [{ Key: "v", Value: "1" }] } },
    ],
    Actions: [
      {
        Type: "forward",
        ForwardConfig: {
          TargetGroups: [{ TargetGroupArn: group, Weight: 0 }],
          TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
        },
      },
    ],
  });
  expect(sooner).toMatch(/:listener-rule\/app\/shop\/[0-9a-f]{16}\/[0-9a-f]{16}\/[0-9a-f]{16}$/);
  const list = async () =>
    (await elbv2.send(new DescribeRulesCommand({ ListenerArn: listener }))).Rules ?? [];
  const rules = await list();
  expect(rules.map(({ RuleArn, Priority, IsDefault }) => [RuleArn, Priority, IsDefault])).toEqual([
    [sooner, "10", false],
    [later, "20", false],
    [expect.any(String), "default", true],
  ]);
  expect(rules[0]).toMatchObject({
    Conditions: [
      { Field: "host-header", Values: ["example.com", "*.example.com"] },
      { Field: "query-string", QueryStringConfig: { Values: [{ Key: "v", Value: "1" }] } },
    ],
    Actions: [
      {
        TargetGroupArn: group,
        ForwardConfig: {
          TargetGroups: [{ Weight: 0 }],
          TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
        },
      },
    ],
  });
  await elbv2.send(
    new SetRulePrioritiesCommand({
      RulePriorities: [
        { RuleArn: sooner, Priority: 20 },
        { RuleArn: later, Priority: 10 },
      ],
    }),
  );
  expect((await list()).map(({ RuleArn }) => RuleArn).slice(0, 2)).toEqual([later, sooner]);
  expect(await refusal(rule(front, 20))).toMatchObject({
    code: "PriorityInUseException",
    message: "Priority '20' is currently in use",
  });
  await elbv2.send(new DeleteRuleCommand({ RuleArn: later }));
  expect(await list()).toHaveLength(2);
  const named = elbv2.send(new DescribeRulesCommand({ RuleArns: [later] }));
  expect((await refusal(named)).code).toBe("RuleNotFoundException");
});

test("the default rule is changed with its listener, and cannot be deleted", async () => {
  const front = await openFront();
  const { elbv2, listener } = front;
  const { Rules: [byDefault] = [] } = await elbv2.send(
    new DescribeRulesCommand({ ListenerArn: listener }),
  );
  const RuleArn = byDefault?.RuleArn ?? "";
  expect(await refusal(elbv2.send(new DeleteRuleCommand({ RuleArn })))).toMatchObject({
    code: "OperationNotPermittedException",
    message: `Default rule '${RuleArn}' cannot be deleted`,
  });
  const Actions: Action[] = [
    { Type: "fixed-response", FixedResponseConfig: { StatusCode: "503" } },
  ];
  await elbv2.send(new ModifyRuleCommand({ RuleArn, Actions }));
  const { Listeners } = await elbv2.send(
    new DescribeListenersCommand({ ListenerArns: [listener] }),
  );
  expect(Listeners?.[0]?.DefaultActions).toEqual(Actions);
});

test("a rule is changed in part", async () => {
  const front = await openFront();
  const RuleArn = await rule(front, 1);
  const { Rules } = await front.elbv2.send(
    new ModifyRuleCommand({
      RuleArn,
      Conditions: [{ Field: "source-ip", SourceIpConfig: { Values: ["192.0.2.0/24"] } }],
    }),
  );
  expect(Rules).toMatchObject([
    {
      Conditions: [{ Field: "source-ip", SourceIpConfig: { Values: ["192.0.2.0/24"] } }],
      Actions: [{ Type: "fixed-response" }],
    },
  ]);
});

test.each([
  ["a field", [{ Field: "body", Values: ["x"] }]],
  ["no value", [{ Field: "path-pattern", Values: [] }]],
  ["too many values", [{ Field: "path-pattern", PathPatternConfig: { Values: [..."abcdef"] } }]],
  [
    "a lower-case method",
    [{ Field: "http-request-method", HttpRequestMethodConfig: { Values: ["get"] } }],
  ],
])("a rule is not made with %s", async (_, Conditions) => {
  const front = await openFront();
  expect((await refusal(rule(front, 1, { Conditions }))).code).toBe("ValidationError");
});
