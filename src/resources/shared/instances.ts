import {
  DescribeInstancesCommand,
  type EC2Client,
  type Filter,
  type Instance,
  paginateDescribeInstances,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { isAwsError } from "../../aws/errors.ts";
import { everyPage, inChunks, mostFilterValues } from "../../aws/paging.ts";
import { OutsideError } from "../../engine/errors.ts";
import { awsCommand } from "./aws-command.ts";
import { untilGone } from "./consistency.ts";
import type { ResourceContext } from "./context.ts";
import { ownFilters } from "./owned.ts";
import { sharedLookUp } from "./shared-look-up.ts";

/** Every instance that carries the stack's tag, whatever it is for. */
export function sweepInstances(
  context: ResourceContext,
  further: readonly Filter[] = [],
): Promise<Instance[]> {
  return lookUpInstances(context.clients.ec2, ownFilters(context, further));
}

const lookUpInstances = sharedLookUp(async (client: EC2Client, filters: Filter[]) => {
  const pages = paginateDescribeInstances({ client }, { Filters: filters, MaxResults: 1000 });
  const reservations = await everyPage(pages, (page) => page.Reservations);
  return reservations.flatMap(({ Instances = [] }) => Instances);
});

/**
 * Whether the instance exists and is not terminating. AWS lists a terminated instance for about an
 * hour.
 */
export function isPresent(instance: Instance): boolean {
  return !["shutting-down", "terminated"].includes(instance.State?.Name ?? "");
}

/** The instances with these ids. Uses a filter, because naming one that is gone is an error. */
export async function describeInstances(
  { clients }: ResourceContext,
  ids: readonly string[],
): Promise<Instance[]> {
  const found = inChunks(ids, mostFilterValues).map((some) =>
    lookUpInstances(clients.ec2, [{ Name: "instance-id", Values: some }]),
  );
  return (await Promise.all(found)).flat();
}

/** Those of these ids whose instances exist and are not terminating. */
export async function presentAmong(
  context: ResourceContext,
  ids: readonly string[],
): Promise<string[]> {
  const found = await describeInstances(context, ids);
  return found.filter(isPresent).flatMap(({ InstanceId }) => InstanceId ?? []);
}

/** A shutdown takes a minute or two. After a quarter of an hour, the instance hangs. */
const terminationDeadline = 15 * 60_000;

/**
 * Terminates the instances, and ends when all are gone. One call for each, because one protected
 * instance makes AWS reject the whole call ("Change instance termination protection", Amazon EC2 User
 * Guide).
 */
export async function terminateInstances(
  context: ResourceContext,
  what: string,
  ids: readonly string[],
): Promise<void> {
  for (const id of ids) {
    try {
      await context.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    } catch (error) {
      if (isAwsError(error, "not-found")) continue;
      throw isAwsError(error) && error.code === "OperationNotPermitted"
        ? await refused(context, id, error)
        : error;
    }
  }
  const limits = { deadline: terminationDeadline, pace: 5_000 };
  await untilGone(context, `${what} ${ids.join(", ")}`, () => notTerminated(context, ids), limits);
}

/** The error for an instance with termination or stop protection. */
async function refused(
  context: ResourceContext,
  id: string,
  cause: Error & { readonly code: string },
): Promise<OutsideError> {
  const commands = unprotectCommands(id, await context.clients.region());
  return new OutsideError(cause.message, {
    code: cause.code,
    operation: "ec2:TerminateInstances",
    remedy: `To delete it, remove the protection, then run the same command again: ${commands.join(" and ")}`,
    cause,
  });
}

/** Stop protection prevents termination, too ("Enable stop protection", the same guide). */
export function unprotectCommands(id: string, region: string): readonly string[] {
  return ["no-disable-api-termination", "no-disable-api-stop"].map((option) =>
    awsCommand(region, "ec2 modify-instance-attribute", { "instance-id": id, [option]: "" }),
  );
}

async function notTerminated(
  context: ResourceContext,
  ids: readonly string[],
): Promise<string | undefined> {
  try {
    const { Reservations = [] } = await context.clients.ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [...ids] }),
    );
    const left = Reservations.flatMap((reservation) => reservation.Instances ?? []).find(
      (instance) => instance.State?.Name !== "terminated",
    );
    return left && `${left.InstanceId} is ${left.State?.Name}`;
  } catch (error) {
    if (isAwsError(error, "not-found")) return undefined;
    throw error;
  }
}
