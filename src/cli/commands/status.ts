import { unlessStopped } from "../../aws/stop.ts";
import { lookUp } from "../../engine/look-up.ts";
import { problemOf } from "../../engine/notes.ts";
import type { Problem } from "../../engine/plan-format.ts";
import type { Live } from "../../engine/resource.ts";
import { resourceTypes } from "../../resources/all.ts";
import type { ResourceContext } from "../../resources/context.ts";
import { findStrays, strayProblem } from "../../resources/strays.ts";
import type { StatusResource } from "../../ui/view.ts";
import { about, openEnvironment } from "../environment.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { login, outputsOf } from "../outputs.ts";
import { lookUpServers } from "../servers.ts";
import type { Session } from "../session.ts";
import { openStackFile } from "../stack-file.ts";
import { contextOf, silent } from "../work.ts";

/** The live resources, the instances' health and the outputs. Of the file it needs little. */
export async function status(session: Session, named: string | undefined): Promise<ExitCode> {
  const { view, io } = session;
  const { stack } = await openStackFile(session, named);
  const environment = await openEnvironment(session, stack.region);
  try {
    view.about({ command: "status", stack: stack.stack, ...about(environment) });
    view.activity("Reading the account");
    const context = contextOf(stack.stack, session, environment, silent);
    const { live, strays, servers } = await unlessStopped(lookAround(context), session.signal);
    const source = stack.keyPair?.source;
    const key = source?.kind === "generate" && hasKey(live) ? source.file : undefined;
    view.status({
      stack: stack.stack,
      region: environment.region,
      resources: live.map(describe).toSorted((one, other) => compare(one.address, other.address)),
      problems: [
        ...live.flatMap(noteProblems),
        ...strays.map((stray) => strayProblem(stray, stack.stack)),
      ],
      ...servers,
      outputs: outputsOf(
        live,
        key === undefined ? undefined : login(key, stack.image.base.family),
        io.cwd,
      ),
    });
    return EXIT.done;
  } finally {
    await environment.close();
  }
}

async function lookAround(context: ResourceContext) {
  const [live, strays] = await Promise.all([lookUp(resourceTypes, context), findStrays(context)]);
  const groups = live.filter(({ address }) => address.startsWith("auto-scaling-group/"));
  const servers = await lookUpServers(
    context,
    groups.map(({ physicalName }) => physicalName),
  );
  return { live, strays, servers };
}

function describe({ address, id, status, statusReason, outputs }: Live): StatusResource {
  return {
    address,
    type: address.slice(0, address.indexOf("/")),
    id,
    status,
    ...(statusReason === undefined ? {} : { reason: statusReason }),
    outputs: { ...outputs },
  };
}

/** Those that concern a change are told by the plan that makes it. */
function noteProblems({ address, notes = [] }: Live): readonly Problem[] {
  return notes
    .filter(({ concerns }) => concerns === undefined)
    .map((note) => problemOf(address, note));
}

function hasKey(live: readonly Live[]): boolean {
  return live.some(({ address }) => address.startsWith("key-pair/"));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
