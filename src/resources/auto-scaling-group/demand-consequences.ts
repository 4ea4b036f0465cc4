import { type DesiredFields, isRef } from "../../engine/desired.ts";
import type { Change } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import { service } from "../shared/consequence.ts";
import { inWords } from "../shared/name-list.ts";
import type { AutoScalingGroupFields, GroupHook } from "./fields.ts";

type Wanted = DesiredFields<AutoScalingGroupFields> | undefined;

/** What targets, a schedule, resumed processes and the protection mean to people. */
export function demandConsequences(change: Change, wanted: Wanted): readonly Consequence[] {
  if (wanted === undefined) return [];
  return [
    ...ofTargets(change, wanted),
    ...ofSchedule(change, wanted),
    ...ofProcesses(change),
    ...ofServers(change, wanted),
    ...ofProtection(change),
  ];
}

/** The first target, or the first scheduled action: from then on, the number of servers is AWS's. */
function ofTargets(
  { address, fields }: Change,
  { cpuTarget, requestTarget, scheduledSizes, min, max }: NonNullable<Wanted>,
): readonly Consequence[] {
  const isNew = (name: string) =>
    fields.some(
      ({ path, before, after }) => path === name && before == null && typeof after === "number",
    );
  if (!isNew("cpuTarget") && !isNew("requestTarget")) return [];
  const targets = [
    ...(typeof cpuTarget === "number" ? [`${cpuTarget} % CPU`] : []),
    ...(typeof requestTarget === "number" ? [`${requestTarget} requests a server and minute`] : []),
  ];
  const range =
    scheduledSizes == null
      ? `between ${String(min)} and ${String(max)}`
      : "within the sizes of the schedule";
  return [
    service(
      `From then on, AWS decides how many servers ${address} has, ${range}, to keep ${inWords(targets)}. No plan changes that number.`,
    ),
  ];
}

function ofSchedule({ fields }: Change, { scheduledSizes }: NonNullable<Wanted>) {
  if (scheduledSizes == null || isRef(scheduledSizes)) return [];
  const { since } = scheduledSizes;
  if (!Array.isArray(since)) return [];
  const changed = fields.filter(({ path }) => path === "min" || path === "max");
  const words: readonly string[] = since
    .map(String)
    .filter((each) => changed.some(({ path }) => each.startsWith(`${path} is `)));
  return words.map((each) => service(`By the schedule, ${each}.`));
}

/** A resumed group does at once what it has missed. */
const missed: Readonly<Record<string, string>> = {
  Launch: "launches the servers that are missing",
  Terminate: "terminates surplus and unhealthy servers",
  ReplaceUnhealthy: "replaces servers that are marked unhealthy",
  HealthCheck: "checks the servers again",
  AZRebalance: "balances its servers across zones",
  InstanceRefresh: "continues a rollout that was paused",
  AlarmNotification: "follows its targets again",
};

function ofProcesses({ address, fields }: Change): readonly Consequence[] {
  const { before, after } = fields.find(({ path }) => path === "suspended") ?? {};
  if (!Array.isArray(before)) return [];
  const nameOf = (shown: unknown) => String(shown).split(" ")[0] ?? "";
  const kept = new Set(Array.isArray(after) ? after.map(nameOf) : []);
  const acts = before
    .map(nameOf)
    .filter((process) => !kept.has(process))
    .flatMap((process) => missed[process] ?? []);
  return acts.length === 0 ? [] : [service(`At once, ${address} ${inWords(acts)}.`)];
}

/** What launch hooks, Spot Instances and a warm pool mean to the servers and to the bill. */
function ofServers(
  { address, fields }: Change,
  { hooks, mixedInstancesPolicy: mixed, warmPool }: NonNullable<Wanted>,
): readonly Consequence[] {
  const changes = (name: string) => fields.some(({ path }) => path === name);
  const known: readonly Partial<Record<keyof GroupHook, unknown>>[] = Array.isArray(hooks)
    ? hooks
    : [];
  const hookAt = (name: GroupHook["at"]) => known.find((hook) => hook.at === name);
  const [launch, terminate] = [hookAt("launch"), hookAt("terminate")];
  const share = mixed == null || isRef(mixed) ? 0 : Number(mixed.spotShare);
  return [
    ...(changes("hooks") && launch !== undefined
      ? [
          service(
            `A new server of ${address} gets requests only after its launch hook, which may take ${String(launch.timeout)} s. Rollouts take that much longer for each batch.${launch.failed === "abandon" ? " If its program fails, the server is terminated, and a lost server is not replaced." : ""}`,
          ),
        ]
      : []),
    ...(changes("hooks") && terminate !== undefined
      ? [
          service(
            `A server of ${address} is terminated only after its terminate hook, which may take ${String(terminate.timeout)} s. Rollouts take that much longer for each batch.`,
          ),
        ]
      : []),
    ...(changes("mixedInstancesPolicy") && share > 0
      ? [
          service(
            `AWS may take Spot Instances of ${address} back with two minutes' notice, and replaces them if it has others.`,
          ),
        ]
      : []),
    ...(changes("warmPool") && warmPool != null
      ? [
          service(
            `The warm pool of ${address} has a server for each that the maximum allows beyond those in service. Their disks cost money, and running ones cost as much as others.`,
          ),
        ]
      : []),
  ];
}

function ofProtection({ address, fields }: Change): readonly Consequence[] {
  const { after } = fields.find(({ path }) => path === "deletionProtection") ?? {};
  if (after !== "prevent-all-deletion") return [];
  return [
    service(
      `Nobody can delete ${address}, not by destroy either, until the stack file says protect: false and is applied.`,
    ),
  ];
}
