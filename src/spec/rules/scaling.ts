import type { Finding } from "../finding.ts";
import { fastestVerdict, roomyGrace } from "../grace.ts";
import { showDuration } from "../schema/duration.ts";
import type { StackFile } from "../schema/stack-file.ts";

/** The servers: how many, of which type, and how they are replaced. */
export function* scalingRules(file: StackFile): Iterable<Finding> {
  yield* sizes(file);
  yield* health(file);
  yield* grace(file);
  yield* processors(file);
  const { minHealthy, maxHealthy } = file.scaling.rollout;
  if (maxHealthy - minHealthy > 100) {
    yield {
      severity: "error",
      path: ["scaling", "rollout", "maxHealthy"],
      message: `maxHealthy (${maxHealthy}) is more than 100 above minHealthy (${minHealthy}), which AWS refuses`,
      help: `make maxHealthy at most ${Math.min(minHealthy + 100, 200)}, or minHealthy at least ${maxHealthy - 100}`,
    };
  }
}

function* sizes({ scaling }: StackFile): Iterable<Finding> {
  const { min, max = Number.POSITIVE_INFINITY, desired } = scaling;
  if (min > max) {
    yield {
      severity: "error",
      path: ["scaling", "max"],
      about: [["scaling", "min"]],
      message: `max is ${max}, less than min, which is ${min}`,
      help: `make max at least ${min}, or min at most ${max}`,
    };
  }
  if (desired === undefined) return;
  if (desired < min) {
    yield {
      severity: "error",
      path: ["scaling", "desired"],
      about: [["scaling", "min"]],
      message: `desired is ${desired}, less than min, which is ${min}`,
      help: `make desired at least ${min}, or min at most ${desired}`,
    };
  }
  if (desired > max) {
    yield {
      severity: "error",
      path: ["scaling", "desired"],
      message: `desired is ${desired}, more than max, which is ${max}`,
      help: `make desired at most ${max}, or max at least ${desired}`,
    };
  }
}

function* health({ scaling, loadBalancer }: StackFile): Iterable<Finding> {
  if (scaling.healthCheck.type === "load-balancer" && loadBalancer === undefined) {
    yield {
      severity: "error",
      path: ["scaling", "healthCheck", "type"],
      about: [["loadBalancer"]],
      message: "no load balancer could say whether a server is healthy: the file has none",
      help: "add a loadBalancer section, or write type: instance",
    };
  }
}

/**
 * Whoever is not in service at the load balancer when its grace period ends is unhealthy (Amazon EC2
 * Auto Scaling User Guide, "Set the health check grace period"; "Instance registration is still in
 * progress" is OutOfService, too): replaced by one that has no more time than it had.
 */
function* grace({ scaling, loadBalancer }: StackFile): Iterable<Finding> {
  const { type, grace: given } = scaling.healthCheck;
  if (given === undefined || loadBalancer === undefined || type === "instance") return;
  const check = loadBalancer.healthCheck;
  const needed = roomyGrace(check);
  if (given >= needed) return;
  const healthCheck = ["loadBalancer", "healthCheck"];
  const common = {
    path: ["scaling", "healthCheck", "grace"],
    about: [
      [...healthCheck, "interval"],
      [...healthCheck, "healthy"],
      ["scaling", "healthCheck", "type"],
    ],
    help: `make grace at least ${showDuration(needed)}, or the load balancer's check quicker: interval and healthy`,
  };
  const answers = `${check.healthy} good answers, ${showDuration(check.interval)} apart`;
  const fastest = fastestVerdict(check);
  yield given <= fastest
    ? {
        ...common,
        severity: "error",
        message: `no server can be in service within ${showDuration(given)}: the load balancer wants ${answers}, which take at least ${showDuration(fastest)}, so each one would be replaced by the next`,
      }
    : {
        ...common,
        severity: "warning",
        message: `a server has ${showDuration(given)} to start and to give ${answers}; one that is slower is replaced by another that is no faster`,
      };
}

/** Graviton types have a g after the generation's digits (t4g, c7gn, im4gn); a1 is the first of them. */
const ARM = /^(a1|[a-z]+\d+g[a-z]*)\./;

/** The families' images are x86_64 throughout. */
function* processors({ image, scaling }: StackFile): Iterable<Finding> {
  if (typeof image.base !== "string") return;
  const types = [
    [["scaling", "instanceType"], scaling.instanceType],
    [["image", "builder", "instanceType"], image.builder.instanceType],
  ] as const;
  for (const [path, type] of types) {
    if (!ARM.test(type)) continue;
    yield {
      severity: "error",
      path,
      about: [["image", "base"]],
      message: `${type} has an ARM processor, and the images of ${image.base} are for x86_64`,
      help: "choose a type such as t3.micro or m7i.large",
    };
  }
}
