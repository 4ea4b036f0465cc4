import { allOf, type Finding } from "../finding.ts";
import { serverTypes } from "../shared/server-types.ts";
import type { ScalingFile } from "./schema.ts";

/** The types of the servers, and how they are paid for. */
export function* typeRules(scaling: ScalingFile): Iterable<Finding> {
  yield* bothFields(scaling);
  yield* repeatedTypes(scaling);
  yield* spotRules(scaling);
}

function* bothFields({ instanceType, instanceTypes }: ScalingFile): Iterable<Finding> {
  if (instanceType === undefined || instanceTypes === undefined) return;
  yield {
    severity: "error",
    path: ["scaling", "instanceType"],
    at: "key",
    about: [["scaling", "instanceTypes"]],
    message: "instanceType and instanceTypes exclude each other",
    help: instanceTypes.includes(instanceType)
      ? "remove instanceType"
      : `remove instanceType, and put ${instanceType} into instanceTypes if servers may have it`,
  };
}

function* repeatedTypes({ instanceTypes = [] }: ScalingFile): Iterable<Finding> {
  for (const [index, type] of instanceTypes.entries()) {
    if (instanceTypes.indexOf(type) === index) continue;
    yield {
      severity: "error",
      path: ["scaling", "instanceTypes", index],
      message: `${type} is already in the list`,
      help: "remove one of the two",
    };
  }
}

function* spotRules(scaling: ScalingFile): Iterable<Finding> {
  const { spot, min, instanceType, instanceTypes } = scaling;
  if (spot === undefined) return;
  const types = ["instanceType", "instanceTypes"].map((name) => ["scaling", name]);
  if (instanceType === undefined && instanceTypes === undefined) {
    yield {
      severity: "error",
      path: ["scaling", "spot"],
      at: "key",
      about: types,
      message: "spot needs instance types, because AWS takes those with spare capacity",
      help: "write several: instanceTypes: [t4g.small, t4g.medium]",
    };
    return;
  }
  if (spot.base > min) {
    yield {
      severity: "error",
      path: ["scaling", "spot", "base"],
      about: [["scaling", "min"]],
      message: `base (${spot.base}) is more than min (${min})`,
      help: `set base to at most ${min}, or min to at least ${spot.base}`,
    };
  }
  const all = [...new Set(serverTypes(scaling).map(({ type }) => type))];
  if (all.length === 1) {
    yield {
      severity: "warning",
      path: ["scaling", "spot"],
      at: "key",
      about: types,
      message: `all Spot servers are of one type (${all[0]}), so AWS easily takes them all back at once`,
      help: "write several types in instanceTypes",
    };
  }
  yield* burstable(all);
}

/**
 * Such servers earn the credits for work above their baseline with time. For Spot Instances that are used at
 * once and for a short time, AWS advises against paying for surplus credits ("Unlimited mode concepts for burstable
 * instances", Amazon EC2 User Guide).
 */
function* burstable(types: readonly string[]): Iterable<Finding> {
  const some = types.filter((type) => /^t\d[a-z]*\./.test(type));
  if (some.length === 0) return;
  yield {
    severity: "warning",
    path: ["scaling", "spot"],
    at: "key",
    about: ["instanceType", "instanceTypes"].map((name) => ["scaling", name]),
    message: `burstable types (${allOf(some)}) start without CPU credits, and a Spot server may not live long enough to earn them`,
    help: "choose other types, unless the application needs little CPU",
  };
}
