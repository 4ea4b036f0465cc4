import { lookUpAccount } from "../aws/facts.ts";
import { compareText } from "../aws/order.ts";
import { typeOf } from "../engine/address.ts";
import { lookUp } from "../engine/look-up.ts";
import { problemOf } from "../engine/notes.ts";
import type { Change, Problem } from "../engine/plan-format.ts";
import { prepare } from "../engine/prepare.ts";
import type { Live } from "../engine/resource.ts";
import { silent } from "../engine/silent.ts";
import type { StatusDocument, StatusPart, StatusResource } from "../engine/status-format.ts";
import { canonicalJson } from "../engine/values.ts";
import { resourceTypes } from "../resources/all.ts";
import type { ResourceContext } from "../resources/shared/context.ts";
import { findStrays, strayProblem } from "../resources/shared/strays.ts";
import type { Stack } from "../spec/stack.ts";
import { addressesIn } from "../stack/addresses.ts";
import { loginOf } from "../stack/login.ts";
import { retainedIn } from "../stack/retained.ts";
import { minimumAt } from "../stack/scaling.ts";
import type { Environment } from "./environment.ts";
import { outputsOf } from "./outputs.ts";
import { contextOf } from "./resource-context.ts";
import { addressOfServer } from "./server-address.ts";
import type { Session } from "./session.ts";
import type { OpenedStackFile } from "./stack-file.ts";
import { healthOf } from "./status-health.ts";
import { compileStack } from "./wish.ts";

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
  const context = {
    ...contextOf(stack.stack, session, environment, silent),
    sessions: stack.access === "session-manager",
  };
  const looking = check ? planned(stackFile, environment, context) : unplanned(context);
  const [{ live, account, ...plan }, strays, parts] = await Promise.all([
    looking,
    findStrays(context),
    partsOf(
      context,
      looking.then((looked) => withoutRetained(looked.live, stack)),
    ),
  ]);
  const present = new Set(
    live.filter(({ status }) => status !== "deleting").map(({ address }) => address),
  );
  const missing = addressesIn(stack, await knownZones(live, stack)).filter(
    (address) => !present.has(address),
  );
  const instances = parts.flatMap((part) => part.instances ?? []);
  const login = loginOf(stack);
  return {
    stack: stack.stack,
    region: environment.region,
    account,
    health: healthOf({ live, parts, missing, min: minimumAt(stack, environment.clock.now()) }),
    resources: live.map(describe).toSorted((one, other) => compareText(one.address, other.address)),
    missing,
    ...(plan.differences === undefined ? {} : { differences: plan.differences }),
    problems: distinct([
      ...(plan.problems ?? []),
      ...live.flatMap(noteProblems),
      ...parts.flatMap((part) => part.problems ?? []),
      ...strays.map((stray) => strayProblem(stray, stack.stack)),
    ]),
    instances,
    rollouts: parts.flatMap((part) => part.rollouts ?? []),
    activities: parts.flatMap((part) => part.activities ?? []),
    images: parts.flatMap((part) => part.images ?? []),
    outputs: await outputsOf(
      live,
      {
        directory: session.io.cwd,
        ...(login && { login }),
        serverAddress: async () => addressOfServer(instances),
      },
      retainedIn(stack),
    ),
  };
}

/** A load balancer that the stack file only keeps may have no servers. */
function withoutRetained(live: readonly Live[], stack: Stack): readonly Live[] {
  const retained = new Set(retainedIn(stack).map(({ address }) => address));
  return live.filter(({ address }) => !retained.has(address));
}

/** What the resource types contribute. Types that use others come first: servers before their image. */
async function partsOf(
  context: ResourceContext,
  live: Promise<readonly Live[]>,
): Promise<readonly StatusPart[]> {
  const parts = await Promise.all(
    resourceTypes.toReversed().map((type) => type.status?.(context, live)),
  );
  return parts.flatMap((part) => part ?? []);
}

interface Looked {
  readonly live: readonly Live[];
  readonly account: string;
  readonly differences?: readonly Change[];
  readonly problems?: readonly Problem[];
}

async function unplanned(context: ResourceContext): Promise<Looked> {
  const [{ live, problems }, account] = await Promise.all([
    lookUp(resourceTypes, context),
    lookUpAccount(context.clients),
  ]);
  return { live, account, problems };
}

async function planned(
  stackFile: OpenedStackFile,
  environment: Environment,
  context: ResourceContext,
): Promise<Looked> {
  // Without the types, because a status shows everything that the stack has.
  const { find } = compileStack(stackFile, environment, stackFile.folder);
  const { region } = environment;
  const { live, document } = await prepare({
    wish: { find },
    region,
    types: resourceTypes,
    context,
  });
  return {
    live,
    account: document.account,
    differences: document.changes.filter(({ action }) => action !== "keep"),
    problems: document.problems,
  };
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
    .filter(({ concerns }) => concerns === undefined || concerns.status === true)
    .map((note) => problemOf(address, note));
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [canonicalJson(problem), problem])).values()];
}

/** Few stacks have a network of their own, so the code for it is loaded for them alone. */
async function knownZones(live: readonly Live[], { network }: Stack) {
  if (network.vpc.kind !== "own") return undefined;
  const { ownNetworkIn } = await import("../resources/shared/own-network.ts");
  const { subnets, natZones } = ownNetworkIn(live);
  return { names: [...new Set(subnets.map(({ zone }) => zone))].sort(), nat: natZones };
}
