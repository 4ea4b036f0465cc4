import { unlessStopped } from "../aws/stop.ts";
import type { PlannedWork } from "../engine/plan.ts";
import type { Live } from "../engine/resource.ts";
import { fieldOf, typeOf } from "../engine/values.ts";
import { keyFilesIn, readPublicKey } from "../resources/shared/key-file.ts";
import { withoutComment } from "../resources/shared/open-ssh-key.ts";
import type { Environment } from "./environment.ts";
import { type Login, loginOf, outputsOf } from "./outputs.ts";
import { lookUpLoginAddress } from "./servers.ts";
import type { Session } from "./session.ts";
import { contextOf, silent } from "./work.ts";

/**
 * The outputs at the end of an apply. The login command contains a server's address. An apply does not fail if the
 * address cannot be read: the outputs then lack the command.
 */
export async function finalOutputs(
  live: readonly Live[],
  { desired, document }: Pick<PlannedWork, "desired" | "document">,
  session: Session,
  environment: Environment,
): Promise<Readonly<Record<string, string>>> {
  const { io, signal } = session;
  const login = await confirmed(loginOf(desired), live, io.cwd);
  const outputs = outputsOf(live, login, io.cwd);
  if (outputs["keyFile"] === undefined || signal.aborted) return outputs;
  const context = contextOf(document.stack, session, environment, silent);
  const groups = live
    .filter(({ address }) => typeOf(address) === "auto-scaling-group")
    .map(({ physicalName }) => physicalName);
  try {
    const address = await unlessStopped(lookUpLoginAddress(context, groups), signal);
    return outputsOf(live, login, io.cwd, address);
  } catch {
    return outputs;
  }
}

/** The login, unless the file's key is not that of the key pair: servers would refuse such a key. */
async function confirmed(
  login: Login | undefined,
  live: readonly Live[],
  directory: string,
): Promise<Login | undefined> {
  const keyPair = live.find(({ address }) => typeOf(address) === "key-pair");
  if (login === undefined || keyPair === undefined) return login;
  const files = keyFilesIn(directory);
  const publicKey = await readPublicKey(files, login.keyFile).catch(() => undefined);
  return publicKey !== undefined &&
    withoutComment(publicKey) === fieldOf(keyPair.outputs, "publicKey")
    ? login
    : undefined;
}
