import { expect, test } from "vitest";
import { loadBalancer } from "../../../src/resources/load-balancer/index.ts";
import { subnetsByZone } from "../../sandbox/ec2/subnets.ts";
import { openAccount } from "../account.ts";
import { names, openTier } from "../tier.ts";

/** A load balancer in those subnets: `a1` and `a2` are in the zone `a`. */
async function open(live: readonly string[]) {
  const account = await openAccount();
  const ids = await account.pass(subnetsByZone(account.sandbox));
  const { balancer } = await openTier(account);
  const idsOf = (subnets: readonly string[]) => subnets.map((subnet) => ids.get(subnet) ?? "");
  const labels = new Map([...ids].map(([label, id]) => [id, label]));
  const labelsOf = (subnets: readonly string[]) => subnets.map((id) => labels.get(id) ?? id).sort();
  const made = await account.pass(
    loadBalancer.create(account.context, names.balancer, { ...balancer, subnets: idsOf(live) }),
  );
  const moves: string[] = [];
  account.sandbox.observe(({ operation, input, error }) => {
    if (error !== undefined || !/^(At|De)tachLoadBalancer/.test(operation)) return;
    const { Subnets = [] } = input as { readonly Subnets?: readonly string[] };
    moves.push(`${operation.slice(0, 6)} ${labelsOf(Subnets).join(" ")}`);
  });
  return {
    account,
    moves,
    async move(wanted: readonly string[]) {
      const fields = { ...balancer, subnets: idsOf(wanted) };
      const after = await account.pass(
        loadBalancer.update(account.context, made, fields, ["subnets"]),
      );
      return labelsOf(after.fields.subnets);
    },
  };
}

test.each([
  [["a1"], ["a1", "b1"], ["Attach b1"], ["a1", "b1"], "another zone"],
  [["a1", "b1"], ["b1", "c1"], ["Attach c1", "Detach a1"], ["b1", "c1"], "the new one first"],
  [["a1", "b1"], ["a2", "b1"], ["Detach a1", "Attach a2"], ["a2", "b1"], "one a zone"],
  [
    ["a1", "b1"],
    ["a2", "b2"],
    ["Detach a1", "Attach a2", "Detach b1", "Attach b2"],
    ["a2", "b2"],
    "AWS lets it never be nowhere",
  ],
  [["a1", "b1"], ["a2"], ["Detach a1", "Attach a2", "Detach b1"], ["a2"], "nor in the end"],
  [["a1"], ["a2", "b2"], ["Attach b2", "Detach a1", "Attach a2"], ["a2", "b2"], "b2 holds it"],
  [["a1", "b1"], ["a2", "b1", "a1"], [], ["a1", "b1"], "a2 waits until a1 may go"],
  [["a1"], ["a2", "c1", "a1"], ["Attach c1"], ["a1", "c1"], "what can come already does"],
  [["a1", "b1"], ["b1"], ["Detach a1"], ["b1"], "one zone less"],
])("a load balancer in %j that is to be in %j: %s (%s)", async (live, wanted, calls, left) => {
  const { moves, move } = await open(live);
  expect(await move(wanted)).toEqual(left);
  expect(moves).toEqual(calls);
});

test("its only subnet is not left for another of that zone, and it is said what to do", async () => {
  const { moves, move } = await open(["a1"]);
  await expect(move(["a2"])).rejects.toMatchObject({
    message: expect.stringContaining("the load balancer afterpay-web is only in subnet-"),
    remedy: expect.stringContaining("Add a subnet of a second zone"),
  });
  expect(moves).toEqual([]);
});

test("a subnet that it has left stands for its zone for a while: the next one is tried again", async () => {
  const { account, move } = await open(["a1", "b1"]);
  await move(["a2", "b1"]);
  expect(account.told).toContain(
    "AWS has not removed the old subnet of afterpay-web yet (InvalidConfigurationRequest)",
  );
});
