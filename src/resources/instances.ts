import { type Instance, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import { everyPage, inChunks, mostFilterValues } from "../aws/paging.ts";
import type { ResourceContext } from "./context.ts";

/** Whether it is there and stays: a terminated instance is still listed for about an hour. */
export function isPresent(instance: Instance): boolean {
  return !["shutting-down", "terminated"].includes(instance.State?.Name ?? "");
}

/** Those of these ids whose instances are there. By a filter: to name one that is gone would be an error. */
export async function presentAmong(
  { clients }: ResourceContext,
  ids: readonly string[],
): Promise<string[]> {
  const pages = inChunks(ids, mostFilterValues).map((some) =>
    everyPage(
      paginateDescribeInstances(
        { client: clients.ec2 },
        { Filters: [{ Name: "instance-id", Values: some }] },
      ),
      (page) => page.Reservations,
    ),
  );
  return (await Promise.all(pages))
    .flat()
    .flatMap(({ Instances = [] }) => Instances)
    .filter(isPresent)
    .flatMap(({ InstanceId }) => InstanceId ?? []);
}
