import type { LoadBalancerFile } from "../load-balancer/schema.ts";
import type { NotifyFile } from "../notify/schema.ts";
import type { AlarmsFile } from "./schema.ts";
import { USUAL_ALARMS } from "./usual-alarms.ts";

/** The alarms of a stack. An absent one does not exist. Every `for` is in seconds, of whole minutes. */
export interface Alarms {
  readonly unhealthy?: { readonly servers: number; readonly for: number };
  readonly errors?: { readonly percent: number; readonly for: number };
  readonly slow?: {
    /** Seconds, perhaps with decimals. */
    readonly p95: number;
    readonly for: number;
  };
  readonly launches?: { readonly for: number };
}

/** The other sections that decide which alarms there are. */
interface Others {
  readonly notify?: NotifyFile | undefined;
  readonly loadBalancer?: LoadBalancerFile | undefined;
}

/** A file without the section has the usual alarms if somebody is notified of alarms. */
export function normaliseAlarms(alarms: AlarmsFile, { notify, loadBalancer }: Others): Alarms {
  if (alarms === "usual") {
    if (notify?.on.includes("alarms") !== true) return {};
    const { errors, ...others } = USUAL_ALARMS;
    return loadBalancer === undefined ? others : { ...others, errors };
  }
  const { unhealthy, errors, slow, launches } = alarms;
  return {
    ...(unhealthy !== undefined && { unhealthy }),
    ...(errors !== undefined && { errors }),
    ...(slow !== undefined && { slow }),
    ...(launches !== undefined && { launches }),
  };
}
