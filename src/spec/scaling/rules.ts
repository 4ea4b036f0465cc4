import type { Finding } from "../finding.ts";
import { showDuration } from "../shared/duration.ts";
import type { StackFile } from "../stack-file.ts";
import { fastestVerdict, roomyGrace } from "./grace.ts";

/** The servers: their number, their type, and how they are replaced. */
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
      message: `maxHealthy (${maxHealthy}) is more than 100 above minHealthy (${minHealthy}), which AWS rejects`,
      help: `set maxHealthy to at most ${Math.min(minHealthy + 100, 200)}, or minHealthy to at least ${maxHealthy - 100}`,
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
      message: `max (${max}) is less than min (${min})`,
      help: `set max to at least ${min}, or min to at most ${max}`,
    };
  }
  if (desired === undefined) return;
  if (desired < min) {
    yield {
      severity: "error",
      path: ["scaling", "desired"],
      about: [["scaling", "min"]],
      message: `desired (${desired}) is less than min (${min})`,
      help: `set desired to at least ${min}, or min to at most ${desired}`,
    };
  }
  if (desired > max) {
    yield {
      severity: "error",
      path: ["scaling", "desired"],
      message: `desired (${desired}) is more than max (${max})`,
      help: `set desired to at most ${max}, or max to at least ${desired}`,
    };
  }
}

function* health({ scaling, loadBalancer }: StackFile): Iterable<Finding> {
  if (scaling.healthCheck.type === "load-balancer" && loadBalancer === undefined) {
    yield {
      severity: "error",
      path: ["scaling", "healthCheck", "type"],
      about: [["loadBalancer"]],
      message:
        "the health check type load-balancer needs a load balancer, but the file defines none",
      help: "add a loadBalancer section, or write type: instance",
    };
  }
}

/**
 * A server that is not in service at the load balancer when its grace period ends is unhealthy (Amazon
 * EC2 Auto Scaling User Guide, "Set the health check grace period"; "Instance registration is still in
 * progress" is OutOfService, too). The group replaces it with a server that has no more time.
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
    help: `set grace to at least ${showDuration(needed)}, or make the load balancer's check faster (interval, healthy)`,
  };
  const answers = `${check.healthy} successful checks, ${showDuration(check.interval)} apart`;
  const fastest = fastestVerdict(check);
  yield given <= fastest
    ? {
        ...common,
        severity: "error",
        message: `no server can become healthy within ${showDuration(given)}: the load balancer needs ${answers}, which take at least ${showDuration(fastest)}. The group would replace every new server, again and again`,
      }
    : {
        ...common,
        severity: "warning",
        message: `a server has ${showDuration(given)} to start and to pass ${answers}. The group replaces a slower server with one that is just as slow`,
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
      message: `${type} has an ARM processor, but the images of ${image.base} are for x86_64`,
      help: "choose a type such as t3.micro or m7i.large",
    };
  }
}
