import { BlockList } from "node:net";
import { expect } from "vitest";
import {
  type SecurityGroupFields,
  securityGroup,
} from "../../../src/resources/security-group/index.ts";
import type { SecurityGroupRule } from "../../../src/resources/security-group/rules.ts";
import { type Account, openAccount, target } from "../account.ts";

/** A group takes 60 rules of a direction and address family, in the sandbox as in a new account. */
export const quota = 60;

export function rule(peer: string, port = 80, toPort = port): SecurityGroupRule {
  return { protocol: "tcp", fromPort: port, toPort, peer };
}

/** Networks of 256 addresses each. */
export function networks(count: number, from = 0): SecurityGroupRule[] {
  return Array.from({ length: count }, (_, index) => rule(`198.18.${from + index}.0/24`));
}

interface Probe {
  readonly address: string;
  readonly port: number;
}

/** AWS's own reading of the rules, by nothing of ours. */
export function letsIn(rules: readonly SecurityGroupRule[], { address, port }: Probe): boolean {
  const block = new BlockList();
  for (const { fromPort, toPort, peer } of rules) {
    const [network = "", length] = peer.split("/");
    if (length === undefined || port < (fromPort ?? 0) || port > (toPort ?? 0)) continue;
    block.addSubnet(network, Number(length), "ipv4");
  }
  return block.check(address);
}

interface RecordedRule {
  readonly egress: boolean;
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly source: { readonly cidr?: string; readonly id?: string };
}

export function rulesNow(account: Account, id: string): SecurityGroupRule[] {
  const record = account.sandbox.records("security-group").get(id) ?? {};
  return (Reflect.get(record, "rules") as readonly RecordedRule[])
    .filter(({ egress }) => !egress)
    .map(({ protocol, fromPort, toPort, source }) => ({
      protocol,
      fromPort,
      toPort,
      peer: source.cidr ?? source.id ?? "",
    }));
}

/** A group with these rules, and what changing them to others does at every moment. */
export async function openGroup(
  ingress: readonly SecurityGroupRule[],
  rulesPerSecurityGroup = quota,
) {
  const account = await openAccount({ quotas: { rulesPerSecurityGroup } });
  const answer = await account.sandbox.call("ec2", "DescribeVpcs", {});
  const vpcId = (answer as { Vpcs: { VpcId: string }[] }).Vpcs[0]?.VpcId ?? "";
  const fields: SecurityGroupFields = {
    vpcId,
    description: "HTTP",
    ingress,
    egress: [{ protocol: "-1", fromPort: null, toPort: null, peer: "0.0.0.0/0" }],
    tags: {},
  };
  let live = await account.pass(
    securityGroup.create(account.context, target(securityGroup, "afterpay-web"), fields),
  );
  account.takeCalls();
  const change = async (wanted: readonly SecurityGroupRule[], forGood = wanted) => {
    const moments: (readonly SecurityGroupRule[])[] = [];
    account.sandbox.observe(() => moments.push(rulesNow(account, live.id)));
    const update = securityGroup.update(
      account.context,
      live,
      { ...fields, ingress: wanted },
      ["ingress"],
      { ...fields, ingress: forGood },
    );
    const failure = await account.pass(update).then(
      (changed) => {
        live = changed;
        return undefined;
      },
      (error: unknown) => error,
    );
    const calls = account.takeCalls().map(({ operation }) => operation.replace("ec2:", ""));
    const writes = calls.filter((operation) => !operation.startsWith("Describe"));
    return { moments, writes, failure, end: rulesNow(account, live.id) };
  };
  return { account, id: live.id, change };
}

export function keys(rules: readonly SecurityGroupRule[]): string[] {
  return rules.map(({ peer, fromPort, toPort }) => `${peer} ${fromPort}-${toPort}`).sort();
}

/** What both sides let in is let in at every moment, and what neither does never is. */
export function demandGentle(
  moments: readonly (readonly SecurityGroupRule[])[],
  before: readonly SecurityGroupRule[],
  wanted: readonly SecurityGroupRule[],
  probes: readonly Probe[],
): void {
  for (const probe of probes) {
    const sides = [letsIn(before, probe), letsIn(wanted, probe)];
    if (sides[0] !== sides[1]) continue;
    for (const [index, rules] of moments.entries()) {
      expect(letsIn(rules, probe), `${JSON.stringify(probe)} at moment ${index}`).toBe(sides[0]);
    }
  }
}
