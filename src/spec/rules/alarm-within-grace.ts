import { normaliseAlarms } from "../alarms/normalised.ts";
import type { Finding } from "../finding.ts";
import { usualGrace } from "../scaling/grace.ts";
import { showDuration } from "../shared/duration.ts";
import type { StackFile } from "../stack-file.ts";

const MINUTE = 60;

/**
 * The alarm of unhealthy servers does not know the grace period of a new server. With a launch hook, the load balancer
 * gets the server when it is ready to accept traffic ("Amazon EC2 Auto Scaling lifecycle hooks", User Guide).
 */
export function* alarmWithinGrace(file: StackFile): Iterable<Finding> {
  const { scaling, alarms, loadBalancer } = file;
  if (!scaling.rollout.alarms || scaling.hooks.launch !== undefined) return;
  const lasting = normaliseAlarms(alarms, file).unhealthy?.for;
  const grace = scaling.healthCheck.grace ?? usualGrace(loadBalancer);
  if (lasting === undefined || lasting > grace) return;
  const longer = (Math.floor(grace / MINUTE) + 1) * MINUTE;
  yield {
    severity: "warning",
    path: ["scaling", "rollout", "alarms"],
    about: [
      ["alarms"],
      ["notify"],
      ["scaling", "healthCheck", "grace"],
      ["scaling", "hooks"],
      ["loadBalancer", "healthCheck", "interval"],
      ["loadBalancer", "healthCheck", "healthy"],
    ],
    message: `a new server may fail checks for ${showDuration(grace)} while it starts (scaling.healthCheck.grace), but after ${showDuration(lasting)} (alarms.unhealthy.for) an alarm starts, and stops the rollout`,
    help: `write a time that is longer than the grace period: alarms: { unhealthy: { for: ${showDuration(longer)} } }, or a shorter grace period`,
  };
}
