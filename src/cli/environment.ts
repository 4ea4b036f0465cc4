import { setImmediate } from "node:timers/promises";
import type { ApiCall, ClientOptions, Clients } from "../aws/clients.ts";
import { unlessStopped } from "../aws/stop.ts";
import type { NameServers } from "../dns/name-servers.ts";
import { withoutTrailingDot } from "../dns/names.ts";
import type { Clock } from "../engine/clock.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { neutralize } from "../ui/text.ts";
import { refuseOtherThanUrls } from "./endpoints.ts";
import type { Io } from "./io.ts";
import type { Session } from "./session.ts";

/** The AWS that a command uses: the real one or the embedded one. */
export interface Environment {
  readonly clients: Clients;
  readonly clock: Clock;
  readonly region: string;
  /** Set for the embedded AWS: how many times faster than real time its clock runs. */
  readonly sandbox?: { readonly speed: number };
  /** The world's name servers, or those of the embedded AWS. Absent for an emulator, which has none. */
  readonly nameServers?: () => Promise<NameServers>;
  apiCalls(): number;
  /** Waits until the requests of the calls that have started are on their way. */
  requestsSent(): Promise<void>;
  close(): Promise<void>;
}

/** The only place that chooses. The region comes from the option, the stack file or the AWS configuration. */
export async function openEnvironment(
  session: Session,
  stackRegion: string | undefined,
): Promise<Environment> {
  const { options, io, signal } = session;
  const region = options.region ?? stackRegion;
  let calls = 0;
  const onCall = (call: ApiCall) => {
    calls += call.attempts;
    if (options.verbose) io.stderr.write(`${neutralize(describeCall(call))}\n`);
  };
  const opened = options.sandbox
    ? await openSandbox(io, region, onCall)
    : await unlessStopped(openAws(io, region, options.profile, onCall, signal), signal);
  return { ...opened, apiCalls: () => calls };
}

type Opened = Omit<Environment, "apiCalls">;

async function openAws(
  io: Io,
  region: string | undefined,
  profile: string | undefined,
  onCall: ClientOptions["onCall"],
  signal: AbortSignal,
): Promise<Opened> {
  const [{ createClients }, { wallClock }] = await Promise.all([
    import("../aws/clients.ts"),
    import("./wall-clock.ts"),
  ]);
  refuseOtherThanUrls(io.env);
  // The option of the clients does not apply the endpoint of the profile.
  if (profile !== undefined) process.env["AWS_PROFILE"] = profile;
  const clients = createClients({ region, profile, onCall });
  return {
    clients,
    clock: io.clock ?? wallClock,
    region: await clients.region(),
    // An emulator's names are nobody's business: the world is not asked about them.
    ...(isEmulated(io.env) ? {} : { nameServers: () => worldsNameServers(signal) }),
    // In one turn of the event loop they connect, in the next one they are sent.
    async requestsSent() {
      await setImmediate();
      await setImmediate();
    },
    close: async () => clients.destroy(),
  };
}

async function openSandbox(
  io: Io,
  wanted: string | undefined,
  onCall: ClientOptions["onCall"],
): Promise<Opened> {
  const [{ createClients }, { openSandboxOf }] = await Promise.all([
    import("../aws/clients.ts"),
    import("./sandbox.ts"),
  ]);
  const { sandbox, region, speed, close } = await openSandboxOf(io, wanted);
  const clients = createClients({
    region,
    // The sandbox checks no signatures, and must not get real credentials.
    credentials: { accessKeyId: "SANDBOX", secretAccessKey: "SANDBOX" },
    requestHandler: sandbox.requestHandler,
    // Overrides an endpoint in the AWS configuration. The handler above answers; no host is called.
    endpoint: `https://aws.${region}.amazonaws.com`,
    onCall,
  });
  return {
    clients,
    clock: sandbox.clock,
    region,
    sandbox: { speed },
    nameServers: async () => nameServersOf(sandbox),
    // It answers without a network.
    requestsSent: async () => {},
    close: async () => {
      clients.destroy();
      await close();
    },
  };
}

function isEmulated(env: Io["env"]): boolean {
  const names = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_ACM", "AWS_ENDPOINT_URL_ROUTE_53"];
  return names.some((name) => (env[name] ?? "") !== "");
}

async function worldsNameServers(signal: AbortSignal): Promise<NameServers> {
  const { publicNameServers } = await import("../dns/public-name-servers.ts");
  return publicNameServers(signal);
}

/** The embedded AWS knows of the world's DNS only its own hosted zones. */
function nameServersOf({ askPublicDns }: Sandbox): NameServers {
  const answers = (name: string, type: string) =>
    askPublicDns(name, type).values.map(withoutTrailingDot).sort();
  return {
    cname: async (name) => answers(name, "CNAME"),
    nameServersOf: async (zone) => answers(zone, "NS"),
  };
}

function describeCall(call: ApiCall): string {
  const attempts = call.attempts > 1 ? `, ${call.attempts} attempts` : "";
  const error = call.error === undefined ? "" : `, ${call.error}`;
  return `${call.operation}  ${Math.round(call.milliseconds)} ms${attempts}${error}`;
}
