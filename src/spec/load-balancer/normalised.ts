import { givenName, type Named } from "../shared/given-name.ts";
import type { GroupReference } from "../shared/peer.ts";
import type { LoadBalancerFile } from "./schema.ts";
import { serverPort, serverPorts } from "./server-port.ts";

/** Absent: servers without a load balancer before them. */
export type LoadBalancer = ClassicLoadBalancer | ApplicationLoadBalancer;

interface Common extends Named {
  readonly scheme: "internet-facing" | "internal";
  readonly securityGroups: readonly GroupReference[];
  /** Seconds. */
  readonly drain: number;
  /** What becomes of the load balancer of the other type. */
  readonly previous: "keep" | "remove";
}

export interface ClassicLoadBalancer extends Common {
  readonly type: "classic";
  readonly listeners: readonly ClassicListener[];
  readonly healthCheck: {
    /** In the form of the Elastic Load Balancing API: `HTTP:80/`, `TCP:80`. */
    readonly target: string;
  } & Pace;
}

interface ClassicListener {
  readonly port: number;
  readonly protocol: "http" | "tcp";
  /** The port on the servers. */
  readonly to: number;
}

export interface ApplicationLoadBalancer extends Common {
  readonly type: "application";
  /** The servers' port: all listeners that forward use one. */
  readonly port: number;
  readonly listeners: readonly ApplicationListener[];
  readonly healthCheck: {
    readonly path: string;
    /** The codes of a healthy answer, in the form of the API's `Matcher`: `200`, `200,202`, `200-299`. */
    readonly status: string;
  } & Pace;
  /** Seconds; absent: none. */
  readonly slowStart?: number;
  readonly balance: "round-robin" | "least-outstanding";
  /** The bucket's name; absent: no log. */
  readonly accessLog?: string;
}

interface ApplicationListener {
  readonly port: number;
  readonly protocol: "http";
  /** Where clients are sent to; absent: the listener forwards to the servers. */
  readonly redirect?: { readonly port: number; readonly protocol: "http" };
}

interface Pace {
  /** Seconds. */
  readonly interval: number;
  /** Seconds. */
  readonly timeout: number;
  readonly healthy: number;
  readonly unhealthy: number;
}

interface Rest {
  readonly application?: { readonly port: number } | undefined;
}

/** By default, the load balancer forwards to the application, and checks it. */
export function normaliseLoadBalancer(file: LoadBalancerFile, rest: Rest): LoadBalancer {
  const { name, scheme, securityGroups, drain, previous } = file;
  const common: Common = { ...givenName(name), scheme, securityGroups, drain, previous };
  return file.type === "classic"
    ? { type: "classic", ...common, ...classicParts(file, rest) }
    : { type: "application", ...common, ...applicationParts(file, rest) };
}

function classicParts(
  { listeners, healthCheck }: LoadBalancerFile,
  { application }: Rest,
): Pick<ClassicLoadBalancer, "listeners" | "healthCheck"> {
  const written = listeners.map((listener) => ({
    port: listener.port,
    protocol: listener.protocol ?? "http",
    to: serverPort(listener, application),
  }));
  const first = written[0];
  const checked = application?.port ?? first?.to ?? 80;
  const target = first?.protocol === "tcp" ? `TCP:${checked}` : `HTTP:${checked}/`;
  return {
    listeners: written,
    healthCheck: { target: healthCheck.target ?? target, ...paceOf(healthCheck) },
  };
}

function applicationParts(
  file: LoadBalancerFile,
  { application }: Rest,
): Omit<ApplicationLoadBalancer, keyof Common | "type"> {
  const { listeners, healthCheck, slowStart, balance, accessLog } = file;
  // A rule rejects a file with several ports, and one whose listeners all redirect.
  const port = serverPorts(file, application)[0] ?? 80;
  return {
    port,
    listeners: listeners.map((listener) => ({
      port: listener.port,
      protocol: "http",
      ...(listener.redirect !== undefined && {
        redirect: { port: listener.redirect, protocol: "http" },
      }),
    })),
    healthCheck: {
      path: healthCheck.path ?? "/",
      status: healthCheck.status ?? "200",
      ...paceOf(healthCheck),
    },
    ...(slowStart !== undefined && { slowStart }),
    balance: balance ?? "round-robin",
    ...(accessLog !== undefined && { accessLog }),
  };
}

function paceOf({ interval, timeout, healthy, unhealthy }: LoadBalancerFile["healthCheck"]): Pace {
  return { interval, timeout, healthy, unhealthy };
}
