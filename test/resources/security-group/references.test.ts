import { expect, test } from "vitest";
import type { LiveSecurityGroup } from "../../../src/resources/security-group/live.ts";
import { foreignHolds } from "../../../src/resources/security-group/references.ts";
import type { SecurityGroupRule } from "../../../src/resources/security-group/rules.ts";
import { type Account, openAccount } from "../account.ts";
import { addGroup, everything, rule } from "./security-groups.ts";

const plain = (protocol: string, peer: string): SecurityGroupRule => ({
  ...everything,
  protocol,
  peer,
});

async function holdsOf(account: Account, ...groups: LiveSecurityGroup[]) {
  await account.pass(account.context.clock.sleep(60_000));
  account.takeCalls();
  return account.pass(foreignHolds(account.context, groups));
}

test.each<{
  why: string;
  ingress: readonly [SecurityGroupRule, string, string][];
  egress: readonly [SecurityGroupRule, string, string][];
}>([
  {
    why: "lets it in",
    ingress: [[rule("WEB"), "tcp 80", "IpProtocol=tcp,FromPort=80,ToPort=80"]],
    egress: [],
  },
  {
    why: "lets out to it by all traffic",
    ingress: [],
    egress: [[plain("-1", "WEB"), "all traffic", "IpProtocol=-1"]],
  },
  {
    why: "does both, by several rules",
    ingress: [
      [plain("50", "WEB"), "protocol 50", "IpProtocol=50"],
      [rule("WEB", 8000, 8010), "tcp 8000-8010", "IpProtocol=tcp,FromPort=8000,ToPort=8010"],
    ],
    egress: [[rule("WEB", 443), "tcp 443", "IpProtocol=tcp,FromPort=443,ToPort=443"]],
  },
])("a group that somebody else's names is held: $why", async ({ ingress, egress }) => {
  const account = await openAccount({ pageSize: 1 });
  const web = await addGroup(account, "web");
  const rules = (list: typeof ingress) =>
    list.map(([{ peer, ...rest }]) => ({ ...rest, peer: peer === "WEB" ? web.id : peer }));
  const fields = { ingress: [...rules(ingress), rule("10.0.0.0/8")], egress: rules(egress) };
  const theirs = await addGroup(account, "theirs", fields, "theirs");
  // Ours are no matter: their rules go first.
  const other = await addGroup(account, "other", { ingress: [rule(web.id)] });
  const holds = await holdsOf(account, web, other);
  const told = [
    ...ingress.map((each) => ["ingress", ...each] as const),
    ...egress.map((each) => ["egress", ...each] as const),
  ];
  const owner = `the group theirs (${theirs.id} in ${web.fields.vpcId}), which does not belong to this stack,`;
  const reasons = told.map(
    ([direction, , words]) => `${owner} names it in the ${direction} rule ${words}, ${web.id}`,
  );
  const commands = told.map(
    ([direction, , , options]) =>
      `aws ec2 revoke-security-group-${direction} --group-id ${theirs.id} --ip-permissions '${options},UserIdGroupPairs=[{GroupId=${web.id}}]' --region ap-southeast-2`,
  );
  const [rest, them] = told.length === 1 ? ["that rule", "it"] : ["those rules", "them"];
  expect(holds).toEqual([
    {
      id: web.id,
      summary: `AWS does not delete the security group web (${web.id}) while ${reasons.join(", and while ")}`,
      remedy: `If nothing needs ${rest}, remove ${them}, then run the same command again: ${commands.join("; ")}`,
    },
  ]);
});

test("groups that nobody else names are held by nothing, and are looked up in two calls", async () => {
  const account = await openAccount({ pageSize: 1 });
  const web = await addGroup(account, "web");
  const other = await addGroup(account, "other", { ingress: [rule(web.id)], egress: [] });
  await addGroup(account, "theirs", { ingress: [rule("10.0.0.0/8")] }, "theirs");
  expect(await holdsOf(account, other)).toEqual([]);
  expect(account.takeCalls()).toHaveLength(2);
  expect(await holdsOf(account, web)).toEqual([]);
});
