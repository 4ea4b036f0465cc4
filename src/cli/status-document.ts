import { lookUpAccount } from "../aws/facts.ts";
import { lookUp } from "../engine/look-up.ts";
import { problemOf } from "../engine/notes.ts";
import type { Change, Problem } from "../engine/plan-format.ts";
import { prepare } from "../engine/prepare.ts";
import type { Live } from "../engine/resource.ts";
import { canonicalJson, typeOf } from "../engine/values.ts";
import { resourceTypes } from "../resources/all.ts";
import type { ResourceContext } from "../resources/shared/context.ts";
import { findStrays, strayProblem } from "../resources/shared/strays.ts";
import { addressesIn } from "../stack/addresses.ts";
import type { StatusDocument, StatusImage, StatusResource } from "../ui/view.ts";
import type { Environment } from "./environment.ts";
import { login, outputsOf } from "./outputs.ts";
import type { ServerGroup } from "./servers.ts";
import { type BalancerHealth, loginAddress, lookUpBalancer, lookUpServers } from "./servers.ts";
import type { Session } from "./session.ts";
import type { OpenedStackFile } from "./stack-file.ts";
import { healthOf } from "./status-health.ts";
import { compileStack, contextOf, silent } from "./work.ts";

/**
 * Reads everything that `status` shows, in parallel.
 *
 * @param check Also makes a plan. Only a plan knows what differs from the stack file.
 */
export async function readStatus(
  stackFile: OpenedStackFile,
  session: Session,
  environment: Environment,
  check: boolean,
): Promise<StatusDocument> {
  const { stack } = stackFile;
  const context = contextOf(stack.stack, session, environment, silent);
  const looking = check ? planned(stackFile, environment, context) : unplanned(context);
  const [{ live, account, ...plan }, strays, groups] = await Promise.all([
    looking,
    findStrays(context),
    lookUpServers(context),
  ]);
  const balancers = await lookUpBalancers(context, live, groups);
  const present = new Set(
    live.filter(({ status }) => status !== "deleting").map(({ address }) => address),
  );
  const missing = addressesIn(stack).filter((address) => !present.has(address));
  const instances = groups.flatMap((group) => group.instances);
  const { source } = stack.keyPair ?? {};
  const hasKey = live.some(({ address }) => typeOf(address) === "key-pair");
  const key = source?.kind === "generate" && hasKey ? source.file : undefined;
  return {
    stack: stack.stack,
    region: environment.region,
    account,
    health: healthOf({ live, groups, balancers, missing, min: stack.scaling.min }),
    resources: live.map(describe).toSorted((one, other) => compare(one.address, other.address)),
    missing,
    ...(plan.differences === undefined ? {} : { differences: plan.differences }),
    problems: distinct([
      ...(plan.problems ?? []),
      ...live.flatMap(noteProblems),
      ...groups.flatMap((group) => group.problems),
      ...strays.map((stray) => strayProblem(stray, stack.stack)),
    ]),
    instances,
    rollouts: groups.flatMap(({ rollouts }) => rollouts),
    activities: groups.flatMap(({ activities }) => activities),
    images: imagesOf(live),
    outputs: outputsOf(
      live,
      key === undefined ? undefined : login(key, stack.image.base.family),
      session.io.cwd,
      loginAddress(instances),
    ),
  };
}

interface Looked {
  readonly live: readonly Live[];
  readonly account: string;
  readonly differences?: readonly Change[];
  readonly problems?: readonly Problem[];
}

async function unplanned(context: ResourceContext): Promise<Looked> {
  const [live, account] = await Promise.all([
    lookUp(resourceTypes, context),
    lookUpAccount(context.clients),
  ]);
  return { live, account };
}

async function planned(
  stackFile: OpenedStackFile,
  environment: Environment,
  context: ResourceContext,
): Promise<Looked> {
  const wish = compileStack(stackFile, environment, stackFile.folder);
  const { region } = environment;
  const { live, document } = await prepare({ wish, region, types: resourceTypes, context });
  return {
    live,
    account: document.account,
    differences: document.changes.filter(({ action }) => action !== "keep"),
    problems: document.problems,
  };
}

/** The health of the stack's load balancers. `lookUpServers` has already read those that a group names. */
async function lookUpBalancers(
  context: ResourceContext,
  live: readonly Live[],
  groups: readonly ServerGroup[],
): Promise<readonly BalancerHealth[]> {
  const asked = new Map(
    groups.flatMap(({ loadBalancers }) => loadBalancers).map((each) => [each.name, each]),
  );
  const names = live
    .filter(({ address }) => typeOf(address) === "load-balancer")
    .map(({ physicalName }) => physicalName);
  return Promise.all(names.map((name) => asked.get(name) ?? lookUpBalancer(context, name)));
}

/** The newest first. New servers start from the image in the launch template. */
function imagesOf(live: readonly Live[]): readonly StatusImage[] {
  const launched = new Set(
    live.filter(({ address }) => typeOf(address) === "launch-template").flatMap(({ uses }) => uses),
  );
  return live
    .filter(({ address, status }) => typeOf(address) === "image" && status === "ready")
    .toSorted((one, other) => other.createdAt - one.createdAt)
    .map(({ id, outputs }) => {
      const told: Readonly<Record<string, unknown>> = { ...outputs };
      return {
        id,
        builtAt: textOf(told["builtAt"]),
        release: textOf(told["release"]),
        current: launched.has(id),
      };
    });
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function describe({ address, id, status, statusReason, outputs }: Live): StatusResource {
  return {
    address,
    type: typeOf(address),
    id,
    status,
    ...(statusReason === undefined ? {} : { reason: statusReason }),
    outputs: { ...outputs },
  };
}

/** Without the notes that concern a change: the plan of that change shows them. */
function noteProblems({ address, notes = [] }: Live): readonly Problem[] {
  return notes
    .filter(({ concerns }) => concerns === undefined)
    .map((note) => problemOf(address, note));
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [canonicalJson(problem), problem])).values()];
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
