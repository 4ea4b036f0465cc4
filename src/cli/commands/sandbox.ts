import { once } from "node:events";
import { UserError } from "../../engine/errors.ts";
import type { LoadKind, SetLoad } from "../../sandbox/auto-scaling/load.ts";
import type { ReclaimedSpot } from "../../sandbox/auto-scaling/spot.ts";
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

/** Sets the load of an Auto Scaling group, to see it scale, or how its servers answer, to see alarms. */
export async function load(
  session: Session,
  named: string,
  amount: string,
  group: string | undefined,
): Promise<ExitCode> {
  const kind = LOADS.find((each) => each === named);
  if (kind === undefined) {
    throw new UserError(`${named} is not a load`, {
      remedy: "Use cpu, requests, errors or latency.",
    });
  }
  if (!/^\d+(\.\d+)?$/.test(amount)) {
    throw new UserError(`${amount} is not a valid value of a load`, { remedy: MEANINGS[kind] });
  }
  const set = await withSandbox(session, async (sandbox, region) =>
    sandbox.setLoad(kind, Number(amount), { group, region }),
  );
  if (session.options.json) return print(session, set);
  // Names of groups and of load balancers are printable ASCII.
  session.io.stdout.write(`${loadSentence(set)}\n`);
  return EXIT.done;
}

const LOADS = ["cpu", "requests", "errors", "latency"] as const satisfies readonly LoadKind[];

const MEANINGS: Readonly<Record<LoadKind, string>> = {
  cpu: "Use a percentage from 0 to 100. 0 ends the load.",
  requests: "Use a number of requests a minute. 0 ends the load.",
  errors: "Use a percentage from 0 to 100. 0 ends the errors.",
  latency: "Use a number of seconds. 0 means that the servers are as fast as usual.",
};

function loadSentence({ kind, group, servers, each, total, loadBalancer = "" }: SetLoad): string {
  const number = (value: number) => String(Math.round(value * 10) / 10);
  const count = `${servers} ${servers === 1 ? "server" : "servers"}`;
  if (kind === "cpu") {
    return total === 0
      ? `${group} has no CPU load now: its servers are idle.`
      : `${group} has a CPU load now: each of its ${count} in service uses ${number(each)} % of its CPU.`;
  }
  if (kind === "errors") {
    return each === 0
      ? `The servers behind ${loadBalancer} answer no request with an error now.`
      : `The servers behind ${loadBalancer} answer ${each} % of the requests with 5xx now: ${number(total)} a minute.`;
  }
  if (kind === "latency") {
    return each === 0
      ? `The servers behind ${loadBalancer} are as fast as usual now.`
      : `The servers behind ${loadBalancer} need ${each} s for a request now. They get ${number(total)} requests a minute.`;
  }
  if (total === 0) return `${loadBalancer} gets no requests now.`;
  const share = servers === 0 ? "no server is healthy" : `${number(each)} for each of ${count}`;
  return `${loadBalancer} gets ${number(total)} requests a minute now: ${share}.`;
}

/** Lets EC2 take back Spot Instances, to see their group replace them. */
export async function reclaimSpot(
  session: Session,
  count: string,
  group: string | undefined,
): Promise<ExitCode> {
  if (!/^[1-9]\d*$/.test(count)) {
    throw new UserError(`${count} is not a number of Spot Instances`, {
      remedy: "Use a whole number from 1.",
    });
  }
  const reclaimed = await withSandbox(session, async (sandbox, region) =>
    sandbox.reclaimSpot(Number(count), { group, region }),
  );
  if (session.options.json) return print(session, reclaimed);
  // Ids of instances are the sandbox's own.
  session.io.stdout.write(`${reclaimSentence(reclaimed)}\n`);
  return EXIT.done;
}

function reclaimSentence({ instances, noticeIn, interruptionIn }: ReclaimedSpot): string {
  const names = instances.map(({ id }) => id).join(", ");
  const what = instances.length === 1 ? "the Spot Instance" : `${instances.length} Spot Instances,`;
  const minutes = (seconds: number) => `${Math.round(seconds / 60)} minutes`;
  return `EC2 takes back ${what} ${names}: it recommends a replacement now, gives notice in ${minutes(noticeIn)}, and terminates in ${minutes(interruptionIn)}.`;
}

/** Confirms the subscriptions of an email address or a URL, as its owner would. */
export async function confirm(session: Session, endpoint: string): Promise<ExitCode> {
  const confirmed = await withSandbox(session, async (sandbox) =>
    sandbox.confirmSubscription(endpoint),
  );
  if (session.options.json) return print(session, confirmed);
  const topics = confirmed.map(({ topic }) => topic.slice(topic.lastIndexOf(":") + 1)).join(", ");
  session.io.stdout.write(`${neutralize(`${endpoint} gets the messages of ${topics} now.`)}\n`);
  return EXIT.done;
}

/** Lists what topics have sent, to everybody or to one address. */
export async function messages(session: Session, endpoint: string | undefined): Promise<ExitCode> {
  const sent = await withSandbox(session, async (sandbox) => sandbox.messages(endpoint));
  if (session.options.json) return print(session, sent);
  if (sent.length === 0) {
    const none =
      endpoint === undefined
        ? "No topic has sent a message."
        : `No message has reached ${endpoint}.`;
    session.io.stdout.write(`${neutralize(none)}\n`);
  }
  for (const { at, subject, text } of sent) {
    const time = `${new Date(at).toISOString().slice(0, 19)}Z`;
    const [firstLine = ""] = text.split("\n");
    session.io.stdout.write(`${time}  ${neutralize(subject ?? firstLine)}\n`);
  }
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
