import { unlessStopped } from "../aws/stop.ts";
import { typeOf } from "../engine/address.ts";
import type { Live } from "../engine/live.ts";
import type { Access } from "../engine/presentation.ts";
import type { Retained } from "../engine/retained.ts";
import { silent } from "../engine/silent.ts";
import { resourceTypes } from "../resources/all.ts";
import type { ResourceContext } from "../resources/shared/context.ts";
import type { Login } from "../stack/login.ts";
import type { Environment } from "./environment.ts";
import { outputsOf } from "./outputs.ts";
import { contextOf } from "./resource-context.ts";
import { addressOfServer } from "./server-address.ts";
import type { Session } from "./session.ts";

/** What the outputs of a stack are read from, apart from its live resources. */
export interface Reached {
  readonly stack: string;
  readonly login?: Login | undefined;
  /** Objects that the stack file only keeps. */
  readonly retained?: readonly Retained[];
}

/**
 * The outputs at the end of an apply. The login command contains a server's address. An apply does not fail if the
 * address cannot be read: the outputs then lack the command.
 */
export function finalOutputs(
  live: readonly Live[],
  { stack, login, retained }: Reached,
  session: Session,
  environment: Environment,
): Promise<Readonly<Record<string, string>>> {
  const { io, signal } = session;
  const context = contextOf(stack, session, environment, silent);
  const access: Access = {
    directory: io.cwd,
    ...(login && { login }),
    async serverAddress() {
      if (signal.aborted) return undefined;
      return unlessStopped(lookUpServerAddress(context, live), signal).catch(() => undefined);
    },
  };
  return outputsOf(live, access, retained);
}

/** One address to log in at. Undefined if no server has an address. */
async function lookUpServerAddress(
  context: ResourceContext,
  live: readonly Live[],
): Promise<string | undefined> {
  const servers = await Promise.all(
    resourceTypes.map((type) =>
      type.servers?.(
        context,
        live.filter(({ address }) => typeOf(address) === type.name),
      ),
    ),
  );
  return addressOfServer(servers.flatMap((each) => each ?? []));
}
