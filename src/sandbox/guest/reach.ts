/** What a machine reaches outside of its VPC, by the VPC's names and the routes of its subnet. */
export interface Reach {
  /** Whether names resolve. Without names, nothing is reached. */
  readonly names: boolean;
  readonly internet: boolean;
  /** The region whose S3 is reached, also without the internet. */
  readonly storage?: string;
}

/** A machine with an ordinary way to the internet. */
export const everything: Reach = { names: true, internet: true };

/** The parts of a build that tell what it reaches. */
interface Caller {
  readonly reach: Reach;
  /** A proxy in the VPC has a way of its own. */
  readonly proxy?: string;
}

/** Why a host does not answer: its name does not resolve, or no connection is made. Undefined if it answers. */
export function whyUnreached(
  { reach, proxy }: Caller,
  host: string,
): "no name" | "no connection" | undefined {
  if (isNear(host)) return undefined;
  if (!reach.names) return "no name";
  if (reach.internet || proxy !== undefined) return undefined;
  return isStorage(host, reach.storage) ? undefined : "no connection";
}

/** The machine itself, EC2's services at every machine, and addresses and names in a VPC. */
function isNear(host: string): boolean {
  return (
    /^(127|169\.254|10|192\.168|172\.(1[6-9]|2\d|3[01]))\.[\d.]+$/.test(host) ||
    /^localhost$|\.internal$/.test(host)
  );
}

/** A gateway endpoint serves the names of its region's S3. The name without a region is that of us-east-1. */
function isStorage(host: string, region: string | undefined): boolean {
  if (region === undefined) return false;
  const named = /(?:^|\.)s3(?:[.-](?:dualstack\.)?([a-z0-9-]+))?\.amazonaws\.com(?:\.cn)?$/.exec(
    host,
  );
  return named !== null && (named[1] ?? "us-east-1") === region;
}

/** What `curl` says and ends with. */
export function curlFailure(
  host: string,
  port: string,
  why: "no name" | "no connection",
): { readonly text: string; readonly status: number } {
  return why === "no name"
    ? { text: `curl: (6) Could not resolve host: ${host}`, status: 6 }
    : {
        text: `curl: (28) Failed to connect to ${host} port ${port} after 134291 ms: Connection timed out`,
        status: 28,
      };
}

/** What Python's `urlopen` says of it. */
export function urlopenFailure(why: "no name" | "no connection"): string {
  return why === "no name"
    ? "<urlopen error [Errno -3] Temporary failure in name resolution>"
    : "<urlopen error timed out>";
}
