import type { LoadBalancerFile } from "../load-balancer/schema.ts";

type HealthCheckFile = LoadBalancerFile["healthCheck"];

/** How long a server has from its launch until it serves, unless a check needs more. */
const USUAL = 120;

/**
 * From "running", when the grace period begins, until the application answers. AWS gives no
 * number. Cloud images of these families take 20 to 40 seconds to start their services, and the
 * application takes its own time.
 */
const START = 60;

/**
 * The shortest time for a load balancer's successful checks in a row. The first comes at once, and for a new server
 * an application load balancer needs no other ("Health checks for Application Load Balancer target groups", User Guide
 * for Application Load Balancers).
 */
export function fastestVerdict({ type, healthCheck }: LoadBalancerFile): number {
  return type === "application" ? 0 : (healthCheck.healthy - 1) * healthCheck.interval;
}

/**
 * A grace period must leave room for a start and for the successful checks in a row. An application load balancer needs
 * these, too, from a server that failed checks while it started.
 */
export function roomyGrace({ interval, healthy }: HealthCheckFile): number {
  return START + healthy * interval;
}

/** The grace period where the file names none. */
export function usualGrace(loadBalancer: LoadBalancerFile | undefined): number {
  return loadBalancer === undefined ? USUAL : Math.max(USUAL, roomyGrace(loadBalancer.healthCheck));
}
