import type { NetworkInterface } from "@aws-sdk/client-ec2";
import { isAwsError } from "../../aws/errors.ts";
import { addressIn } from "../../aws/tags.ts";
import type { ResourceContext } from "../shared/context.ts";

/**
 * The interfaces without those that waiting removes: an application load balancer of the stack is deleted before the
 * group, and those of a deleted one stay for some minutes.
 */
export async function withoutOwnLoadBalancers(
  context: ResourceContext,
  interfaces: readonly NetworkInterface[],
): Promise<readonly NetworkInterface[]> {
  const names = new Set(interfaces.map(nameOf).filter((name) => name !== undefined));
  if (names.size === 0) return interfaces;
  const staying = await foreignAmong(context, [...names]);
  return interfaces.filter((each) => {
    const name = nameOf(each);
    return name === undefined || staying.has(name);
  });
}

/** The description of its interface has its name. */
function nameOf({ Description: description = "" }: NetworkInterface): string | undefined {
  return /^ELB app\/([^/]+)\//.exec(description)?.[1];
}

/** Few stacks have application load balancers, so the code for them is loaded for them alone. */
async function foreignAmong(
  context: ResourceContext,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const [{ describeLoadBalancers }, { describeTagsOf }] = await Promise.all([
    import("../application-load-balancer/live.ts"),
    import("../shared/load-balancing-v2-tags.ts"),
  ]);
  try {
    const found = await Promise.all(names.map((name) => describeLoadBalancers(context, name)));
    const present = found.flat();
    const arns = present.flatMap(({ LoadBalancerArn }) => LoadBalancerArn ?? []);
    const tags = await describeTagsOf(context, arns);
    const foreign = present.filter(
      ({ LoadBalancerArn: arn }) =>
        // One that has no list of tags, not even an empty one, was just deleted.
        tags.has(arn) &&
        addressIn(tags.get(arn), context.stack, "application-load-balancer") === undefined,
    );
    return new Set(foreign.map(({ LoadBalancerName = "" }) => LoadBalancerName));
  } catch (error) {
    // Without permission to look, it counts as somebody else's: the stack itself may have none.
    if (isAwsError(error, "denied")) return new Set(names);
    throw error;
  }
}
