import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { OutsideError } from "../../engine/errors.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import { unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import type { Registration } from "../shared/registrations.ts";
import { registrationsAt } from "./instance-health.ts";
import { instancesInService } from "./live.ts";
import { lookAtGroup } from "./look-ups.ts";
import { deregisterServers, registerServers } from "./registering.ts";
import { type Sources, sourcesOf } from "./sources.ts";

/**
 * Moving a live group behind another load balancer. A group with the health check type ELB replaces every instance that
 * any of its load balancers calls unhealthy, once one instance has passed ("Health checks for instances in an Auto
 * Scaling group"): a check that the servers do not pass would take down servers that work. So one server is
 * registered by itself first, then all others. Only when all of them are healthy, the group is attached, and the old
 * load balancer is detached after that.
 */

/** Milliseconds. The first target of a load balancer that AWS has just set up needs a minute or two. */
const trialDeadline = 5 * 60_000;

/** @throws OutsideError if a server does not get healthy, with what the check answered. All are deregistered then. */
export async function tryOut(
  context: ResourceContext,
  group: AutoScalingGroup,
  sources: Sources,
): Promise<void> {
  const [first, ...others] = instancesInService(group);
  if (first === undefined) return;
  const registered = new Map<string, readonly string[]>();
  try {
    for (const servers of [[first], others]) {
      for (const id of [...sources.loadBalancers, ...sources.targetGroups]) {
        registered.set(id, [...(registered.get(id) ?? []), ...servers]);
        await registerOnTrial(context, id, servers);
      }
    }
  } catch (error) {
    if (!(error instanceof OutsideError) || error.code !== undefined) throw error;
    for (const [id, servers] of registered) {
      await deregisterAll(context, id, servers);
    }
    throw new OutsideError(
      `${error.message}. The group was not attached to it, and stays attached to what it was attached to.`,
      { remedy: remedyOf(sources), cause: error },
    );
  }
}

/** One by one: AWS refuses the call for all of them if one was terminated at the same time. */
async function deregisterAll(
  context: ResourceContext,
  id: string,
  servers: readonly string[],
): Promise<void> {
  for (const server of servers) {
    await unlessGone(() => deregisterServers(context, id, [server]));
  }
}

async function registerOnTrial(
  context: ResourceContext,
  id: string,
  servers: readonly string[],
): Promise<void> {
  if (servers.length === 0) return;
  await registerServers(context, id, servers);
  let failing = "";
  try {
    await waitFor({
      what: `${servers.join(" and ")} to pass the health check, as a trial`,
      deadline: trialDeadline,
      pace: 5_000,
      context,
      probe: async (): Promise<Probe<void>> => {
        const { what, instances } = await registrationsAt(context, id);
        const waiting = servers.flatMap((server) => {
          const mine = instances.find(({ instanceId }) => instanceId === server);
          return mine?.serves ? [] : [{ server, words: wordsOf(mine) }];
        });
        const [one] = waiting;
        if (one === undefined) return { done: undefined };
        failing = `${one.server} does not get healthy in the ${what}: ${one.words}`;
        return { pending: `trying out ${one.server} in the ${what}: ${one.words}` };
      },
    });
  } catch (error) {
    if (!(error instanceof OutsideError) || error.code !== undefined) throw error;
    throw new OutsideError(failing, { cause: error });
  }
}

function wordsOf(registration: Registration | undefined): string {
  if (registration === undefined) return "it is not registered yet";
  const { state, reason } = registration;
  return reason === undefined ? `it is ${state}` : `it is ${state} (${reason})`;
}

function remedyOf({ targetGroups }: Sources): string {
  const check =
    targetGroups.length > 0
      ? "the path and the status of loadBalancer.healthCheck"
      : "loadBalancer.healthCheck.target";
  return `Check ${check}, and that the servers' security groups let the new load balancer in. If only a newer version of the application answers this check, roll that out before you change the load balancer's type.`;
}

/**
 * Waits until every instance in service is healthy in the new sources.
 *
 * @param giveUp Detaches them, unless the fault may lie elsewhere. Tells whether it did.
 * @throws OutsideError if they do not get healthy in time, after `giveUp`.
 */
export async function untilAllServe(
  context: ResourceContext,
  name: string,
  sources: Sources,
  graceSeconds: number,
  giveUp: () => Promise<boolean>,
): Promise<void> {
  let last = "";
  try {
    await waitFor({
      what: `every server of ${name} to be healthy behind the new load balancer`,
      deadline: trialDeadline + graceSeconds * 1000,
      pace: 5_000,
      context,
      probe: async (): Promise<Probe<void>> => {
        const waiting = await waitingIn(context, name, sources);
        last = waiting.join("; ");
        return waiting.length === 0 ? { done: undefined } : { pending: last };
      },
    });
  } catch (error) {
    if (!(error instanceof OutsideError) || error.code !== undefined) throw error;
    const after = (await giveUp())
      ? "The group was detached from it again, and stays attached to what it was attached to."
      : "The group stays attached to what it was attached to.";
    throw new OutsideError(
      `not every server gets healthy behind the new load balancer: ${last}. ${after}`,
      { remedy: remedyOf(sources), cause: error },
    );
  }
}

/** The instances in service that are not healthy in these sources, each with what the check answered. */
export async function waitingIn(
  context: ResourceContext,
  name: string,
  { loadBalancers, targetGroups }: Sources,
): Promise<readonly string[]> {
  const group = await lookAtGroup(context, name);
  if (group === undefined) return ["the group is not visible yet"];
  const ids = [...loadBalancers, ...targetGroups];
  const attached = sourcesOf(group);
  const isAttached = ids.every(
    (id) => attached.loadBalancers.includes(id) || attached.targetGroups.includes(id),
  );
  if (!isAttached) return ["AWS does not show it as attached yet"];
  const seen = await Promise.all(ids.map((id) => registrationsAt(context, id)));
  return seen.flatMap(({ what, instances }) =>
    instancesInService(group).flatMap((server) => {
      const mine = instances.find(({ instanceId }) => instanceId === server);
      return mine?.serves ? [] : [`${server} in the ${what}: ${wordsOf(mine)}`];
    }),
  );
}
