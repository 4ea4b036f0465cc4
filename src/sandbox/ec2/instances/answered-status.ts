import { knownStatus } from "../../guest/routes.ts";
import type { Region } from "../../region.ts";
import { instances } from "./tables.ts";

/** A guest whose pages the sandbox does not know answers every path so. */
const ASSUMED = 200;

/** The HTTP status with which an instance that serves this port answers a request for this path. */
export function answeredStatus(
  region: Region,
  instanceId: string,
  port: number,
  path: string,
): number {
  const disk = region.table(instances).latest(instanceId)?.guest.disk;
  if (disk?.application?.port !== port) return ASSUMED;
  return Number.parseInt(knownStatus(disk, path) ?? String(ASSUMED), 10);
}
