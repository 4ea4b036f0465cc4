import type { GuestDisk, GuestPort } from "../../guest/guest.ts";
import type { GuestHook } from "../../guest/hooks.ts";
import type { Region } from "../../region.ts";
import { defineTable } from "../../table.ts";
import type { Tags } from "../tags.ts";

export type InstanceState =
  | "pending"
  | "running"
  | "stopping"
  | "stopped"
  | "shutting-down"
  | "terminated";

export interface InstanceRecord {
  readonly id: string;
  readonly reservationId: string;
  /** The instance's number in its reservation. */
  readonly launchIndex: number;
  readonly imageId: string;
  instanceType: string;
  readonly architecture: string;
  state: InstanceState;
  stateReason?: { readonly code: string; readonly message: string };
  /** The time at which the state began, in milliseconds. */
  stateSince: number;
  launchTime: number;
  readonly keyName?: string;
  /** The instance profile that it was launched with. */
  readonly profile?: { readonly arn: string; readonly id: string };
  readonly vpcId: string;
  readonly subnetId: string;
  readonly zone: string;
  readonly interfaceId: string;
  readonly privateAddress: string;
  publicAddress?: string;
  readonly givesPublicAddress: boolean;
  groupIds: string[];
  /** Base64, as in the request. */
  userData: string;
  shutdownBehavior: "stop" | "terminate";
  terminationProtection: boolean;
  stopProtection: boolean;
  metadata: MetadataOptions;
  readonly monitoring: boolean;
  ebsOptimized: boolean;
  readonly credits?: string;
  readonly rootDeviceName: string;
  volumes: { readonly device: string; readonly volumeId: string; deleteOnTermination: boolean }[];
  readonly clientToken?: string;
  /** Only of a Spot Instance. */
  readonly spot?: SpotRequest;
  /** Counts starts. Events scheduled for an earlier start are ignored. */
  boot: number;
  readonly guest: Guest;
  tags: Tags;
}

/** The request that a Spot Instance fulfills, which ends with it (one-time). */
export interface SpotRequest {
  readonly id: string;
  /** When EC2 recommended to replace the instance, and when it announced its interruption. */
  recommendedAt?: number;
  noticedAt?: number;
}

export interface MetadataOptions {
  tokens: "optional" | "required";
  endpoint: "enabled" | "disabled";
  hopLimit: number;
  tags: "enabled" | "disabled";
}

/** The operating system inside. */
export interface Guest {
  readonly family: string;
  readonly release: string;
  /** The content of the root volume. Null for an unchanged base image. */
  disk: GuestDisk | null;
  /**
   * The content after the current boot completes, and when it completes. A plain boot runs no user data, so an
   * orderly stop in its midst does not change the content.
   */
  pending: { readonly at: number; readonly disk: GuestDisk; readonly isPlain?: true } | null;
  console: { readonly at: number; readonly text: string }[];
  ports: readonly (GuestPort & { readonly from: number })[];
  /** The time from which its SSM Agent, if it has one, can have told Systems Manager of it. */
  agentFrom?: number;
  /** What completes the lifecycle hooks of its group, if its image has such a service. */
  hooks?: {
    /** When the service first looks for a hook that holds the instance. */
    readonly from: number;
    readonly programs: Readonly<Record<string, GuestHook>>;
    /** The tokens of the holds that it has seen. */
    readonly attended: string[];
  };
  /** The instance answers no requests and fails its status checks. */
  impaired: boolean;
}

export const instances = defineTable<InstanceRecord>("instance", (instance, id) =>
  instance.state === "terminated"
    ? undefined
    : {
        id,
        ...(instance.tags["Name"] === undefined ? {} : { name: instance.tags["Name"] }),
        state: instance.state,
        tags: instance.tags,
      },
);

/** `terminated` also for an instance that EC2 no longer lists. */
export function instanceState(region: Region, id: string): InstanceState {
  return region.table(instances).latest(id)?.state ?? "terminated";
}

/** What answers on a port of an instance now, regardless of security groups. */
export function listensOn(
  region: Region,
  instanceId: string,
  port: number,
): GuestPort["protocol"] | undefined {
  const instance = region.table(instances).latest(instanceId);
  if (instance?.state !== "running" || instance.guest.impaired) return undefined;
  const open = instance.guest.ports.filter((candidate) => candidate.from <= region.now);
  const known = open.find((candidate) => candidate.port === port);
  return (known ?? open.find((candidate) => candidate.port === "any"))?.protocol;
}
