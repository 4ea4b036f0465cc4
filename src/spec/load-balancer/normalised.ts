import { givenName, type Named } from "../shared/given-name.ts";
import type { GroupReference } from "../shared/peer.ts";
import { effectiveListeners, serverPorts } from "./listeners.ts";
import type { LoadBalancerFile } from "./schema.ts";

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
  /** What the https listeners accept: TLS 1.2 and above. Without such a listener, it means nothing. */
  readonly tls: "modern";
  /** The bucket's name; absent: no log. */
  readonly accessLog?: string;
}

/** It speaks http to the servers in any case. */
interface ApplicationListener {
  readonly port: number;
  /** `https`: with the certificate of the stack's `domain`. */
  readonly protocol: "http" | "https";
  /** Where clients are sent to: another listener's port and protocol. Absent: the listener forwards to the servers. */
  readonly redirect?: { readonly port: number; readonly protocol: "http" | "https" };
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
  readonly domain?: object | undefined;
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
  file: LoadBalancerFile,
  rest: Rest,
): Pick<ClassicLoadBalancer, "listeners" | "healthCheck"> {
  const { healthCheck } = file;
  const listeners = effectiveListeners({ ...rest, loadBalancer: file }).map(
    ({ port, protocol, to }) => ({
      port,
      // A rule rejects https.
      protocol: protocol === "tcp" ? ("tcp" as const) : ("http" as const),
      to,
    }),
  );
  const first = listeners[0];
  const checked = rest.application?.port ?? first?.to ?? 80;
  const target = first?.protocol === "tcp" ? `TCP:${checked}` : `HTTP:${checked}/`;
  return {
    listeners,
    healthCheck: { target: healthCheck.target ?? target, ...paceOf(healthCheck) },
  };
}

function applicationParts(
  file: LoadBalancerFile,
  rest: Rest,
): Omit<ApplicationLoadBalancer, keyof Common | "type"> {
  const { healthCheck, slowStart, balance, tls, accessLog } = file;
  const sections = { ...rest, loadBalancer: file };
  return {
    // A rule rejects a file with several ports, and one whose listeners all redirect.
    port: serverPorts(sections)[0] ?? 80,
    listeners: applicationListeners(effectiveListeners(sections)),
    healthCheck: {
      path: healthCheck.path ?? "/",
      status: healthCheck.status ?? "200",
      ...paceOf(healthCheck),
    },
    ...(slowStart !== undefined && { slowStart }),
    balance: balance ?? "round-robin",
    tls: tls ?? "modern",
    ...(accessLog !== undefined && { accessLog }),
  };
}

function applicationListeners(
  listeners: ReturnType<typeof effectiveListeners>,
): readonly ApplicationListener[] {
  // A rule rejects tcp.
  const spoken = listeners.map(({ port, protocol, redirect }) => ({
    port,
    protocol: protocol === "https" ? ("https" as const) : ("http" as const),
    redirect,
  }));
  return spoken.map(({ port, protocol, redirect }) => {
    // A rule rejects a redirect to no listener.
    const target = spoken.find((other) => other.port === redirect);
    return {
      port,
      protocol,
      ...(target !== undefined && {
        redirect: { port: target.port, protocol: target.protocol },
      }),
    };
  });
}

function paceOf({ interval, timeout, healthy, unhealthy }: LoadBalancerFile["healthCheck"]): Pace {
  return { interval, timeout, healthy, unhealthy };
}
