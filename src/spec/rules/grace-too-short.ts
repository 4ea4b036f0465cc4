import type { Finding } from "../finding.ts";
import { fastestVerdict, roomyGrace } from "../scaling/grace.ts";
import { showDuration } from "../shared/duration.ts";
import type { StackFile } from "../stack-file.ts";

/**
 * A server that is not in service at the load balancer when its grace period ends is unhealthy (Amazon
 * EC2 Auto Scaling User Guide, "Set the health check grace period"; "Instance registration is still in
 * progress" is OutOfService, too). The group replaces it with a server that has no more time. "If you use lifecycle
 * hooks for instance launch, you can set the health check grace period to 0" (the same page).
 */
export function* graceTooShort({ scaling, loadBalancer }: StackFile): Iterable<Finding> {
  const { type, grace: given } = scaling.healthCheck;
  if (given === undefined || loadBalancer === undefined || type === "instance") return;
  if (scaling.hooks.launch !== undefined) return;
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
      ["loadBalancer", "type"],
      ["scaling", "hooks"],
    ],
    help: `set grace to at least ${showDuration(needed)}, or make the load balancer's check faster (interval, healthy)`,
  };
  const answers = `${check.healthy} successful checks, ${showDuration(check.interval)} apart`;
  const fastest = fastestVerdict(loadBalancer);
  yield fastest > 0 && given <= fastest
    ? {
        ...common,
        severity: "error",
        message: `no server can become healthy within ${showDuration(given)}: the load balancer needs ${answers}, which take at least ${showDuration(fastest)}. The group would replace every new server, again and again`,
      }
    : {
        ...common,
        severity: "warning",
        message: `a server has ${showDuration(given)} to start and to pass ${answers}${fastest > 0 ? "" : " (only 1 if it never fails one)"}. The group replaces a slower server with one that is just as slow`,
      };
}
