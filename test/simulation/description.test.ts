import { expect, test, vi } from "vitest";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { compare, describeAccount, idsOf, kinds } from "./description.ts";
import { crashNames } from "./simulation.ts";

// The second test makes a tier first: seconds of one core, and minutes where others use the machine.
vi.setConfig({ testTimeout: 180_000 });

/** Kinds of objects that no stack consists of. */
const strangers: readonly [kind: string, service: string, operation: string, input: object][] = [
  ["vpc", "ec2", "CreateVpc", { CidrBlock: "10.9.0.0/16" }],
  ["internet-gateway", "ec2", "CreateInternetGateway", {}],
  [
    "prefix-list",
    "ec2",
    "CreateManagedPrefixList",
    { PrefixListName: "office", MaxEntries: 1, AddressFamily: "IPv4" },
  ],
];

test("whatever is left in an account is a leak, of every kind that its inventory shows", async () => {
  const sandbox = await createSandbox({ consistency: { maxMilliseconds: 0 } });
  const others = idsOf(sandbox);
  const before = describeAccount(sandbox, others, { past: true });
  expect(before).toEqual([]);
  for (const [, service, operation, input] of strangers) {
    await sandbox.call(service, operation, input);
  }
  const leaks = compare(before, describeAccount(sandbox, others, { past: true }));
  for (const [kind] of strangers) expect(leaks.join("\n")).toContain(`+ <${kind} `);
  const names = kinds.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(sandbox.inventory())));
});

test("a crash is named by the operation of its call", async () => {
  const names = await crashNames("change-rules");
  expect(names).toContainEqual(
    expect.stringMatching(/^change-rules, after call \d+, AuthorizeSecurityGroupIngress$/),
  );
  expect(names.filter((name) => !/, (before|after) call \d+, [A-Z]\w+$/.test(name))).toEqual([]);
});
