import type { Region } from "../region.ts";
import { releaseGroups } from "./associations.ts";
import { certificatesOf, reportUse } from "./certificates.ts";
import { examine } from "./health.ts";
import { type Listener, listeners, rules } from "./tables.ts";

/** Deletes listeners with their rules, and ends their health checks and their use of certificates. */
export function dropListeners(region: Region, isDropped: (listener: Listener) => boolean): void {
  const dropped = region.table(listeners).all().filter(isDropped);
  const arns = new Set(dropped.map(({ arn }) => arn));
  const theirs = region
    .table(rules)
    .all()
    .filter(({ listener }) => arns.has(listener));
  for (const { arn } of dropped) region.table(listeners).remove(arn);
  for (const { arn } of theirs) region.table(rules).remove(arn);
  for (const listener of dropped) reportUse(region, listener.balancer, certificatesOf(listener));
  const actions = [...dropped, ...theirs].flatMap((each) => each.actions);
  for (const group of releaseGroups(region, actions)) examine(region, group);
}
