import type { StackFile } from "./schema/stack-file.ts";

type HealthCheckFile = NonNullable<StackFile["loadBalancer"]>["healthCheck"];

/** What a server has from its launch until it serves, where nothing asks for more. */
const USUAL = 120;

/**
 * From "running", when the grace period begins, until the application answers. AWS gives no number;
 * cloud images of these families take 20 to 40 seconds to their services, and an application its own.
 */
const START = 60;

/** A load balancer's good answers in a row, the first one coming at once: faster it cannot be. */
export function fastestVerdict({ interval, healthy }: HealthCheckFile): number {
  return (healthy - 1) * interval;
}

/** What a grace period has to leave room for: a start, and good answers in a row. */
export function roomyGrace({ interval, healthy }: HealthCheckFile): number {
  return START + healthy * interval;
}

/** The grace period where the file names none. */
export function usualGrace(loadBalancer: StackFile["loadBalancer"]): number {
  return loadBalancer === undefined ? USUAL : Math.max(USUAL, roomyGrace(loadBalancer.healthCheck));
}
