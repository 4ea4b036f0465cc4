import { once } from "node:events";
import { UserError } from "../../engine/errors.ts";
import type { Supply } from "../../sandbox/ec2/instances/supply.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { resetStateFile } from "../../sandbox/state-file.ts";
import { jsonText, neutralize } from "../../ui/text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { openSandboxOf, sandboxFile } from "../sandbox.ts";
import type { Session } from "../session.ts";

/** Lists the resources in the sandbox. */
export async function show(session: Session): Promise<ExitCode> {
  const inventory = await withSandbox(session, async (sandbox) => sandbox.inventory());
  if (session.options.json) return print(session, inventory);
  for (const [type, items] of Object.entries(inventory)) {
    session.io.stdout.write(`${type}\n`);
    for (const { region, id, name, state, tags } of items) {
      const owner = [tags["reconcile:stack"], tags["reconcile:name"]].filter(isSaid).join(": ");
      const line = [id, name === id ? "" : name, state, region, owner].filter(isSaid).join("  ");
      session.io.stdout.write(`  ${neutralize(line)}\n`);
    }
  }
  return EXIT.done;
}

function isSaid(word: string | undefined): boolean {
  return word !== undefined && word !== "";
}

/** Empties the sandbox. The old state file is kept under another name. */
export async function reset(session: Session): Promise<ExitCode> {
  const aside = resetStateFile(sandboxFile(session.io));
  if (session.options.json) return print(session, { ok: true, ...(aside && { keptIn: aside }) });
  session.io.stdout.write(
    aside === undefined
      ? "The sandbox of this directory is already empty.\n"
      : `The sandbox is empty now. Its old state is in ${neutralize(aside)} until the next reset.\n`,
  );
  return EXIT.done;
}

/** Makes one API call and prints the answer as JSON. */
export async function call(
  session: Session,
  service: string,
  operation: string,
  input: string,
): Promise<ExitCode> {
  const parameters = parseInput(input);
  const answer = await withSandbox(session, (sandbox, region) =>
    sandbox.call(service, operation, parameters, { region }),
  );
  return print(session, answer);
}

function parseInput(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch (cause) {
    throw new UserError(`the input is not JSON: ${input}`, {
      remedy: `For example: reconcile sandbox call ec2 TerminateInstances '{"InstanceIds":["i-0123456789abcdef0"]}'`,
      cause,
    });
  }
}

/** Publishes a newer base image, as its vendor would. */
export async function publishImage(session: Session, family: string): Promise<ExitCode> {
  const published = await withSandbox(session, async (sandbox) => sandbox.publishImage(family));
  if (session.options.json) return print(session, published);
  session.io.stdout.write(`Published ${published.name} (${published.id}).\n`);
  return EXIT.done;
}

const SUPPLIES: Readonly<Record<Supply, string>> = {
  plenty: "now has capacity for",
  none: "now has no capacity for",
  "not-offered": "now does not offer",
};

/** Sets an availability zone's capacity of one instance type, or of all. */
export async function capacity(
  session: Session,
  zone: string,
  named: string,
  instanceType: string | undefined,
): Promise<ExitCode> {
  const supply = (["plenty", "none", "not-offered"] as const).find((each) => each === named);
  if (supply === undefined) {
    throw new UserError(`${named} is not a valid capacity`, {
      remedy: "Use plenty, none or not-offered.",
    });
  }
  await withSandbox(session, async (sandbox, region) =>
    sandbox.setSupply(zone, supply, instanceType, region),
  );
  if (session.options.json) return print(session, { ok: true });
  const what = instanceType ?? "any instance type";
  session.io.stdout.write(`${neutralize(`${zone} ${SUPPLIES[supply]} ${what}.`)}\n`);
  return EXIT.done;
}

/** Serves the sandbox on loopback until it is interrupted. */
export async function serve(session: Session, port: string): Promise<ExitCode> {
  const { io, options, signal } = session;
  const wanted = Number(port);
  if (!/^\d{1,5}$/.test(port) || wanted > 65535) {
    throw new UserError(`--port ${port} is not a valid port`, {
      remedy: "Use a number from 0 to 65535; 0 means any free port.",
    });
  }
  return withSandbox(session, async (sandbox) => {
    const { serveSandbox } = await import("../../sandbox/server.ts");
    const server = await serveSandbox(sandbox, { port: wanted });
    try {
      const { url } = server;
      if (options.json) io.stdout.write(`${jsonText({ url, region: sandbox.region })}\n`);
      else io.stdout.write(serving(url, neutralize(sandbox.region)));
      if (!signal.aborted) await once(signal, "abort");
    } finally {
      await server.close();
    }
    return EXIT.done;
  });
}

function serving(url: string, region: string): string {
  return `The sandbox is running at ${url}. Press Ctrl-C to stop it; its resources are kept.

To use it with any AWS client, run in another terminal (any credentials work):
  export AWS_ENDPOINT_URL=${url} AWS_REGION=${region}
  export AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox
`;
}

async function withSandbox<T>(
  { io, options, signal }: Session,
  work: (sandbox: Sandbox, region: string) => Promise<T>,
): Promise<T> {
  const { sandbox, region, close } = await openSandboxOf(io, options.region);
  try {
    signal.throwIfAborted();
    return await work(sandbox, region);
  } finally {
    await close();
  }
}

function print({ io }: Session, value: unknown): ExitCode {
  io.stdout.write(`${jsonText(value, 2)}\n`);
  return EXIT.done;
}
