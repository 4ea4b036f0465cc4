import { expect, test } from "vitest";
import type { ResourceContext } from "../../src/resources/context.ts";
import type { LoadBalancerFields } from "../../src/resources/load-balancer.ts";
import { changeLoadBalancer } from "../../src/resources/load-balancer-changes.ts";

/** The sandbox's account has one subnet a zone. This one has two: `a1` and `a2` are in the zone `a`. */
function accountOf(calls: string[]): ResourceContext {
  interface Command {
    readonly constructor: { readonly name: string };
    readonly input: {
      readonly Subnets?: readonly string[];
      readonly SubnetIds?: readonly string[];
    };
  }
  const client = {
    async send(command: Command) {
      const { input } = command;
      const verb = command.constructor.name.slice(0, 6);
      if (input.Subnets) calls.push(`${verb} ${input.Subnets.join(" ")}`);
      const Subnets = input.SubnetIds?.map((id) => ({ SubnetId: id, AvailabilityZone: id[0] }));
      return { Subnets };
    },
  };
  const clients = { ec2: client, loadBalancing: client };
  return { clients } as unknown as ResourceContext;
}

test.each([
  [["a1"], ["a1", "b1"], ["Attach b1"], ["a1", "b1"], "another zone"],
  [["a1", "b1"], ["b1", "c1"], ["Attach c1", "Detach a1"], ["b1", "c1"], "the new one first"],
  [["a1", "b1"], ["a2", "b1"], ["Detach a1", "Attach a2"], ["b1", "a2"], "one a zone"],
  [["a1", "b1"], ["a2", "b1", "a1"], [], ["a1", "b1"], "a2 waits until a1 may go"],
  [["a1"], ["a2", "c1", "a1"], ["Attach c1"], ["a1", "c1"], "what can come already does"],
  [["a1", "b1"], ["b1"], ["Detach a1"], ["b1"], "one zone less"],
])("a load balancer in %j that is to be in %j: %s (%s)", async (live, wanted, calls, left) => {
  const made: string[] = [];
  const fields = (subnets: readonly string[]) => ({ subnets }) as unknown as LoadBalancerFields;
  const seen = await changeLoadBalancer(accountOf(made), "web", fields(live), fields(wanted), [
    "subnets",
  ]);
  expect(made).toEqual(calls);
  expect(seen.subnets).toEqual(left);
});
