import { expect, test } from "vitest";
import { applyPlan } from "../../../src/engine/apply.ts";
import { prepare } from "../../../src/engine/prepare.ts";
import type { DesiredResource } from "../../../src/engine/resource.ts";
import { securityGroup } from "../../../src/resources/security-group/index.ts";
import type { SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import { type Account, openAccount } from "../account.ts";
import { everything, vpcOf } from "./security-groups.ts";

const count = 30;

/** Groups in a ring: each lets in the next one, on five ports. */
async function ring(account: Account): Promise<readonly DesiredResource[]> {
  const vpcId = await vpcOf(account);
  return Array.from({ length: count }, (_, index) => ({
    address: `security-group/g${index}`,
    fields: {
      vpcId,
      description: `group ${index}`,
      ingress: Array.from({ length: 5 }, (_unused, rule) => ({
        protocol: "tcp",
        fromPort: 1000 + rule,
        toPort: 1000 + rule,
        peer: { ref: `security-group/g${(index + 1) % count}`, output: "id" },
      })),
      egress: [everything],
      tags: {},
    },
  }));
}

function planOf(account: Account, desired: readonly DesiredResource[]) {
  const { context, pass } = account;
  const find = async () => ({ stack: context.stack, account: "123456789012", desired });
  return pass(prepare({ wish: { find }, region: "r", types: [securityGroup], context }));
}

async function create(options: SandboxOptions) {
  const account = await openAccount(options);
  const { context, pass } = account;
  const desired = await ring(account);
  const planning = await planOf(account, desired);
  account.takeCalls();
  const applying = applyPlan(planning, {
    types: [securityGroup],
    contextFor: (report) => ({ ...context, report }),
    clock: context.clock,
    signal: context.signal,
    emit: () => {},
    apiCalls: () => 0,
    outputs: () => ({}),
  });
  const { ok } = await pass(applying);
  const calls = account.takeCalls().map(({ operation }) => operation);
  const second = await planOf(account, desired);
  const { keep } = second.document.summary;
  return { ok, calls, keep };
}

test.each([
  ["late", {}],
  ["at once", { consistency: { maxMilliseconds: 0 } }],
] as const)(
  "creating many groups takes at most three calls a group where AWS shows them %s",
  async (_when, options) => {
    const { ok, calls, keep } = await create(options);
    expect(ok).toBe(true);
    expect(keep).toBe(count);
    const writes = calls.filter((operation) => !operation.includes(":Describe"));
    expect(writes).toHaveLength(2 * count);
    expect(calls.length).toBeLessThanOrEqual(3 * count);
  },
);
