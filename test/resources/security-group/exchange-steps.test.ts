import { describe, expect, test } from "vitest";
import type { SecurityGroupRule } from "../../../src/resources/security-group/rules.ts";
import { keys, openGroup, rule } from "./exchange.ts";

describe("where a group takes few rules", () => {
  /** `80 10/8, 80-81 sg`: ports, and a network, the group itself, or a prefix list of so many entries. */
  interface Case {
    readonly why: string;
    readonly quota: number;
    readonly before: string;
    readonly wanted: string;
    /** What of it is wanted for good. Default: all. */
    readonly forGood?: string;
    /** What goes and comes at once, one moment after the other. */
    readonly steps: readonly string[];
    /** How often AWS is asked, its refusals among them. */
    readonly asked?: number;
    readonly isRefused?: true;
  }

  const cases: readonly Case[] = [
    {
      why: "what nothing rests on goes at once, and then all comes",
      quota: 2,
      before: "80 10/8, 80 11/8",
      wanted: "80 12/8, 80 13/8",
      steps: ["- 80 10/8, 80 11/8", "+ 80 12/8, 80 13/8"],
      // All of it, the first half, what goes, all of it: no second of the kind that is full.
      asked: 4,
    },
    {
      why: "what fits comes first",
      quota: 2,
      before: "80 10/8",
      wanted: "80 12/8, 80 13/8",
      steps: ["+ 80 12/8", "- 80 10/8", "+ 80 13/8"],
    },
    {
      why: "what is of the other address family fits",
      quota: 1,
      before: "80 10/8",
      wanted: "80 10/8, 80 11/8, 80 2001:db8::/32",
      steps: ["+ 80 2001:db8::/32"],
      isRefused: true,
    },
    {
      why: "of two that the same rests on, the more open one goes first",
      quota: 2,
      before: "80 10/8, 80 0/0",
      wanted: "80 10.1/16, 80 10.2/16",
      steps: ["- 80 0/0", "+ 80 10.1/16", "- 80 10/8 + 80 10.2/16"],
    },
    {
      why: "of two with the same network, the one of more ports goes first",
      quota: 2,
      before: "80 10/8, 80-81 10/8",
      wanted: "80 10.1/16, 80 10.2/16",
      steps: ["- 80-81 10/8", "+ 80 10.1/16", "- 80 10/8 + 80 10.2/16"],
    },
    {
      why: "each becomes what rests on it",
      quota: 2,
      before: "80 10/8, 80 11/8",
      wanted: "80 10.1/16, 80 11.1/16",
      steps: ["- 80 10/8 + 80 10.1/16", "- 80 11/8 + 80 11.1/16"],
      // Both, the first half, its exchange, the other one, its exchange.
      asked: 5,
    },
    {
      why: "one becomes that on which the others rest then",
      quota: 2,
      before: "80 0/0, 81 0/0",
      wanted: "80-81 10/8, 80 10.1/16",
      steps: ["- 80 0/0 + 80-81 10/8", "- 81 0/0", "+ 80 10.1/16"],
    },
    {
      why: "too many stay out, and what they rest on stays",
      quota: 2,
      before: "80 0/0, 22 0/0",
      wanted: "80 10/8, 80 11/8, 80 12/8",
      steps: ["- 22 0/0", "+ 80 10/8"],
      isRefused: true,
    },
    {
      why: "several that rest on one come after it, where there is no other way",
      quota: 2,
      before: "80-81 0/0, 81-82 0/0",
      wanted: "80-82 10/8, 80-82 11/8",
      steps: ["- 80-81 0/0", "+ 80-82 10/8", "- 81-82 0/0 + 80-82 11/8"],
    },
    {
      why: "a group makes room in both address families",
      quota: 1,
      before: "80 sg",
      wanted: "80 10/8, 80 2001:db8::/32",
      steps: ["- 80 sg", "+ 80 10/8, 80 2001:db8::/32"],
    },
    {
      why: "a group takes the room of both address families",
      quota: 1,
      before: "80 0/0, 80 ::/0",
      wanted: "80 sg",
      steps: ["- 80 0/0", "- 80 ::/0", "+ 80 sg"],
    },
    {
      why: "a prefix list makes more room than for one",
      quota: 4,
      before: "80 pl4",
      wanted: "80 10/8, 80 11/8",
      steps: ["- 80 pl4", "+ 80 10/8, 80 11/8"],
    },
    {
      why: "a prefix list makes room beside what does not",
      quota: 3,
      before: "80 10/8, 80 pl2",
      wanted: "80 10.1/16, 80 10.2/16, 80 11/8",
      steps: ["- 80 10/8", "+ 80 10.1/16", "- 80 pl2", "+ 80 10.2/16, 80 11/8"],
    },
    {
      why: "a prefix list that is missing counts, too",
      quota: 1,
      before: "80 0/0",
      wanted: "80 10/8, 80 pl1",
      steps: [],
      isRefused: true,
    },
    {
      why: "a prefix list that is too long keeps no other out",
      quota: 4,
      before: "80 10/8, 80 11/8",
      wanted: "80 10/8, 80 11/8, 80 pl3, 81 pl2",
      steps: ["+ 81 pl2"],
      isRefused: true,
    },
    {
      why: "what is kept for now goes where all that is wanted for good does not fit beside it",
      quota: 2,
      before: "80 10/8, 80 sg",
      wanted: "80 10/8, 81 11/8, 80 sg",
      forGood: "80 10/8, 81 11/8",
      steps: ["- 80 sg", "+ 81 11/8"],
    },
  ];

  test("nothing is tried in parts after an error of AWS's that is another one", async () => {
    const { account, change } = await openGroup([], 2);
    account.sandbox.setFaults({ rules: [{ operation: /^Authorize/, kind: "deny" }] });
    const { failure, writes } = await change([rule("10.1.0.0/16"), rule("10.2.0.0/16")]);
    expect(failure).toMatchObject({ kind: "denied" });
    expect(writes).toEqual(["AuthorizeSecurityGroupIngress"]);
  });

  test.each(cases)("$why", async (each) => {
    const { quota, steps, isRefused = false } = each;
    const { account, id, change } = await openGroup([], quota);
    const peers = new Map([["sg", id]]);
    for (const [, entries = ""] of `${each.before} ${each.wanted}`.matchAll(/\bpl(\d)/g)) {
      const made = (await account.sandbox.call("ec2", "CreateManagedPrefixList", {
        PrefixListName: `of ${entries}`,
        AddressFamily: "IPv4",
        MaxEntries: Number(entries),
      })) as { PrefixList: { PrefixListId: string } };
      peers.set(`pl${entries}`, made.PrefixList.PrefixListId);
    }
    await account.pass(account.context.clock.sleep(60_000));
    const names = new Map([...peers].map(([name, peer]) => [peer, name]));
    const read = (text: string) =>
      (text === "" ? [] : text.split(", ")).map((one) => {
        const [ports = "", name = ""] = one.split(" ");
        const [from = 0, to = from] = ports.split("-").map(Number);
        return rule(peers.get(name) ?? cidrOf(name), from, to);
      });
    const word = ({ fromPort, toPort, peer }: SecurityGroupRule) =>
      `${fromPort === toPort ? fromPort : `${fromPort}-${toPort}`} ${names.get(peer) ?? shortOf(peer)}`;
    const live = await change(read(each.before));
    expect(live.failure).toBeUndefined();
    const { moments, failure, end, writes } = await change(
      read(each.wanted),
      read(each.forGood ?? each.wanted),
    );
    const states = [live.end, ...moments].map((rules) => rules.map(word).sort(byNumber));
    const seen = states.slice(1).flatMap((state, index) => {
      const last = states[index] ?? [];
      const gone = last.filter((one) => !state.includes(one)).join(", ");
      const come = state.filter((one) => !last.includes(one)).join(", ");
      const step = [gone && `- ${gone}`, come && `+ ${come}`].filter(Boolean).join(" ");
      return step === "" ? [] : [step];
    });
    expect(seen).toEqual(steps);
    if (each.asked !== undefined) expect(writes).toHaveLength(each.asked);
    if (isRefused) expect(failure).toMatchObject({ code: "RulesPerSecurityGroupLimitExceeded" });
    else expect(keys(end)).toEqual(keys(read(each.forGood ?? each.wanted)));
  });
});

const byNumber = (one: string, other: string) => one.localeCompare(other, "en", { numeric: true });

/** `10.1/16` in full. */
function cidrOf(text: string): string {
  const [address = "", length] = text.split("/");
  if (address.includes(":")) return text;
  return `${[...address.split("."), "0", "0", "0"].slice(0, 4).join(".")}/${length}`;
}

function shortOf(cidr: string): string {
  return cidr.replace(/(\.0)+\//, "/");
}
