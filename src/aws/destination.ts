import { quoted } from "./neutral-words.ts";
import { awsDomains } from "./regions.ts";

/** As much of a request as says where it goes. */
export interface RequestTarget {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
}

/** The proxy that a request goes through. */
export interface Via {
  /** Without the user's name and password: `http://proxy.example.com:3128`. */
  readonly shown: string;
  /** The variable that names it. */
  readonly variable: string;
}

/** Where a request was sent, as a user would say it. */
export interface Destination {
  /** `https://ec2.ap-southeast-2.amazonaws.com`. */
  readonly url: string;
  /** What names the endpoint, where it is not AWS's own: `AWS_ENDPOINT_URL`. */
  readonly origin?: string | undefined;
  readonly via?: Via | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Whether a host is one of AWS's endpoints: each partition has domains of its own ("AWS service endpoints", AWS General Reference). */
function isAwsHost(hostname: string): boolean {
  return awsDomains().some((domain) => hostname.endsWith(`.${domain}`));
}

/** Tells where a request goes, and what of the configuration sends it there. */
export function destinationOf(target: RequestTarget, env: Variables, via?: Via): Destination {
  const url = urlOf(target);
  return { url, origin: originOf(target, url, env), via };
}

function urlOf({ protocol, hostname, port }: RequestTarget): string {
  const at = port === undefined ? "" : `:${port}`;
  return `${protocol}//${quoted(hostname).slice(1, -1)}${at}`;
}

/** Any of the services' own variables counts, as a request shows no service that could be relied on. */
function originOf({ hostname }: RequestTarget, url: string, env: Variables): string | undefined {
  const general = "AWS_ENDPOINT_URL";
  const host = URL.parse(url)?.host;
  const found = Object.entries(env)
    .filter(([name]) => name === general || name.startsWith(`${general}_`))
    .filter(([, value]) => host !== undefined && URL.parse(`${value}`)?.host === host)
    // The service's own goes before the general one.
    .sort(([one], [other]) => other.length - one.length)[0];
  if (found !== undefined) return found[0];
  return isAwsHost(hostname) ? undefined : "endpoint_url of the shared configuration";
}

/** `http://127.0.0.1:4566 (AWS_ENDPOINT_URL), through the proxy http://127.0.0.1:3128 (HTTP_PROXY)`. */
export function describeDestination({ url, origin, via }: Destination): string {
  const named = origin === undefined ? url : `${url} (${origin})`;
  return via === undefined ? named : `${named}, through the proxy ${via.shown} (${via.variable})`;
}

const destinations = new WeakMap<object, Destination>();

/** Remembers where an answer, or the error in its place, comes from: the SDK's own objects do not tell. */
export function rememberDestination(of: unknown, destination: Destination): void {
  if (typeof of === "object" && of !== null) destinations.set(of, destination);
}

/** Where a failed call was sent; undefined where no request was made. */
export function destinationOfError(error: unknown): Destination | undefined {
  const thrown: object = Object(error);
  return destinations.get(thrown) ?? destinationOfAnswer(Reflect.get(thrown, "$response"));
}

/** Where an answer comes from, as the SDK's clients hand it on beside what they read out of it. */
export function destinationOfAnswer(response: unknown): Destination | undefined {
  return destinations.get(Object(response));
}
