import { AwsError } from "../../error.ts";
import { guestDurations } from "../../guest/durations.ts";
import type { Download } from "../../guest/fetch-script.ts";
import { interruptedDisk, playGuest } from "../../guest/guest.ts";
import { defineEvent, type Region } from "../../region.ts";
import { fetchSigned } from "../../s3/signed-address.ts";
import { durations } from "../durations.ts";
import { networkInterfaces, publicAddress } from "../network/tables.ts";
import { reachOf } from "../network/way-out.ts";
import { instanceChanged } from "../signals.ts";
import { volumes } from "../volumes/tables.ts";
import { secretProblem } from "./secret-problem.ts";
import { type InstanceRecord, type InstanceState, instances } from "./tables.ts";

/** Identifies one start of one instance. */
interface Boot {
  readonly id: string;
  readonly boot: number;
}

/** EC2's reasons for a state, by the origin of the change. */
export const STATE_REASONS = {
  userStop: { code: "Client.UserInitiatedShutdown", message: "User initiated shutdown" },
  guestStop: {
    code: "Client.InstanceInitiatedShutdown",
    message: "Instance initiated shutdown",
  },
  /**
   * "Client.InternalError: Client error on launch" ("Troubleshoot instance launch issues", User
   * Guide): what EC2 says where the instance may not use the KMS key of an encrypted volume.
   */
  launchError: { code: "Client.InternalError", message: "Client error on launch" },
  /** "StateReason" (Amazon EC2 API Reference) has the code. */
  spotInterruption: {
    code: "Server.SpotInstanceTermination",
    message: "Spot instance termination",
  },
} as const;

/** Starts a pending instance after its usual time. */
export function beginBoot(region: Region, instance: InstanceRecord): void {
  region.schedule(instanceRunning, durations.instancePending * 1000, bootOf(instance));
}

const instanceRunning = defineEvent<Boot>("ec2.instance-running", (region, boot) => {
  const instance = living(region, boot);
  if (instance?.state !== "pending") return;
  if (strikes(region, "disk-key", instance.instanceType)) {
    beginTermination(region, instance, STATE_REASONS.launchError);
    return;
  }
  setState(region, instance, "running");
  startGuest(region, instance);
  region.signal(instanceChanged, instance.id);
});

const misfortunes = [
  ["guest-hangs", "hangs"],
  ["guest-fails", "fails"],
  ["guest-lost", "lost"],
  ["guest-restarts", "restarts"],
] as const;

/** Starts the kernel: simulates the guest, and schedules what is visible from outside. */
function startGuest(region: Region, instance: InstanceRecord): void {
  const { guest } = instance;
  // User data runs at the first boot only.
  const hasUserData = instance.boot === 1 && instance.userData !== "";
  const misfortune = misfortunes.find(([kind]) => strikes(region, kind, instance.id))?.[1];
  const play = playGuest({
    instanceId: instance.id,
    family: guest.family,
    release: guest.release,
    architecture: instance.architecture,
    disk: guest.disk ?? undefined,
    userData: hasUserData ? new Uint8Array(Buffer.from(instance.userData, "base64")) : undefined,
    startedAt: region.now,
    download: (address, afterSeconds) =>
      download(region, address, region.now + afterSeconds * 1000),
    secretProblem: (reference) => secretProblem(region, instance, reference),
    misfortune,
    reach: reachOf(region, instance),
  });
  const startedAt = region.now;
  for (const line of play.console) {
    guest.console.push({ at: startedAt + line.afterSeconds * 1000, text: line.text });
  }
  guest.ports = play.ports.map((port) => ({ ...port, from: startedAt + port.afterSeconds * 1000 }));
  if (play.startsAgent === true) {
    guest.agentFrom = startedAt + guestDurations.sessionAgent * 1000;
  } else delete guest.agentFrom;
  if (play.hooks === undefined) delete guest.hooks;
  else {
    const { afterSeconds, programs } = play.hooks;
    guest.hooks = { from: startedAt + afterSeconds * 1000, programs, attended: [] };
  }
  const at = startedAt + play.afterSeconds * 1000;
  guest.pending = { at, disk: play.disk, ...(!hasUserData && { isPlain: true }) };
  const boot = bootOf(instance);
  for (const port of guest.ports) region.schedule(portOpened, port.from - region.now, boot);
  const done = play.outcome === "powered-off" ? guestPoweredOff : guestBooted;
  // A guest that never finishes has no end, so there is no event for it.
  if (Number.isFinite(play.afterSeconds)) region.schedule(done, play.afterSeconds * 1000, boot);
  if (strikes(region, "instance-dies", instance.id)) {
    region.schedule(instanceDied, durations.statusChecks * 1000, boot);
  }
}

/** What a machine in the region gets from an address of S3. */
function download(region: Region, address: string, at: number): ReturnType<Download> {
  try {
    return fetchSigned(region, address, at);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { status: error.status, code: error.code };
  }
}

/** Whether an instance reaches the internet by names. */
export function isOnline(region: Region, instance: InstanceRecord): boolean {
  const { names, internet } = reachOf(region, instance);
  return names && internet;
}

function strikes(
  region: Region,
  kind: "disk-key" | "instance-dies" | (typeof misfortunes)[number][0],
  subject: string,
): boolean {
  return region.world.happens({ kind, region: region.name, subject, at: region.now });
}

const portOpened = defineEvent<Boot>("ec2.port-opened", (region, boot) => {
  if (living(region, boot)?.state === "running") region.signal(instanceChanged, boot.id);
});

const guestBooted = defineEvent<Boot>("ec2.guest-booted", (region, boot) => {
  const instance = living(region, boot);
  if (instance === undefined) return;
  settleDisk(region, instance);
  region.signal(instanceChanged, instance.id);
});

const guestPoweredOff = defineEvent<Boot>("ec2.guest-powered-off", (region, boot) => {
  const instance = living(region, boot);
  if (instance?.state !== "running") return;
  settleDisk(region, instance);
  if (instance.shutdownBehavior === "terminate") {
    beginTermination(region, instance, STATE_REASONS.guestStop);
  } else {
    beginStop(region, instance, STATE_REASONS.guestStop, durations.instancePoweredOff);
  }
});

const instanceDied = defineEvent<Boot>("ec2.instance-died", (region, boot) => {
  const instance = living(region, boot);
  if (instance?.state !== "running") return;
  instance.guest.impaired = true;
  region.signal(instanceChanged, instance.id);
});

/** The current content of the disk: everything that the boot writes, or half of it. */
function settleDisk(region: Region, instance: InstanceRecord): void {
  const { guest } = instance;
  if (guest.pending === null) return;
  const { at, disk, isPlain } = guest.pending;
  if (at <= region.now) guest.disk = disk;
  else if (!isPlain) guest.disk = interruptedDisk(disk);
  guest.pending = null;
}

/** Stops a running instance. Instances in other states stay unchanged. */
export function stopInstance(region: Region, instance: InstanceRecord): void {
  if (instance.state !== "running") return;
  beginStop(region, instance, STATE_REASONS.userStop, durations.instanceStopping);
}

function beginStop(
  region: Region,
  instance: InstanceRecord,
  reason: { code: string; message: string },
  seconds: number,
): void {
  setState(region, instance, "stopping", reason);
  quiet(region, instance);
  region.schedule(instanceStopped, seconds * 1000, bootOf(instance));
  region.signal(instanceChanged, instance.id);
}

const instanceStopped = defineEvent<Boot>("ec2.instance-stopped", (region, boot) => {
  const instance = living(region, boot);
  if (instance?.state !== "stopping") return;
  setState(region, instance, "stopped", instance.stateReason);
  setPublicAddress(region, instance, undefined);
  region.signal(instanceChanged, instance.id);
});

/**
 * Starts a stopped instance again with the same disk and a new public address. User data does not
 * run again.
 */
export function startInstance(region: Region, instance: InstanceRecord): void {
  instance.boot += 1;
  instance.launchTime = region.now;
  instance.guest.impaired = false;
  setState(region, instance, "pending");
  if (instance.givesPublicAddress) setPublicAddress(region, instance, publicAddress(region));
  beginBoot(region, instance);
  region.signal(instanceChanged, instance.id);
}

/** Reboots a running instance. EC2 reports it as running during the reboot. */
export function rebootInstance(region: Region, instance: InstanceRecord): void {
  quiet(region, instance);
  instance.boot += 1;
  instance.guest.impaired = false;
  region.schedule(instanceRebooted, durations.instanceReboot * 1000, bootOf(instance));
  region.signal(instanceChanged, instance.id);
}

const instanceRebooted = defineEvent<Boot>("ec2.instance-rebooted", (region, boot) => {
  const instance = living(region, boot);
  if (instance?.state !== "running") return;
  startGuest(region, instance);
});

/** Terminates an instance. Terminating and terminated instances stay unchanged. */
export function terminateInstance(
  region: Region,
  id: string,
  reason: keyof typeof STATE_REASONS = "userStop",
): void {
  const instance = region.table(instances).latest(id);
  if (instance !== undefined) beginTermination(region, instance, STATE_REASONS[reason]);
}

function beginTermination(
  region: Region,
  instance: InstanceRecord,
  reason: { code: string; message: string },
): void {
  if (instance.state === "shutting-down" || instance.state === "terminated") return;
  const wasStopped = instance.state === "stopped";
  setState(region, instance, "shutting-down", reason);
  quiet(region, instance);
  const seconds = wasStopped ? durations.instancePoweredOff : durations.instanceShuttingDown;
  region.schedule(instanceTerminated, seconds * 1000, bootOf(instance));
  region.signal(instanceChanged, instance.id);
}

const instanceTerminated = defineEvent<Boot>("ec2.instance-terminated", (region, { id }) => {
  const instance = region.table(instances).latest(id);
  if (instance?.state !== "shutting-down") return;
  setState(region, instance, "terminated", instance.stateReason);
  region.table(networkInterfaces).remove(instance.interfaceId, { immediate: true });
  const kept = { immediate: true };
  for (const { volumeId, deleteOnTermination } of instance.volumes) {
    if (deleteOnTermination) region.table(volumes).remove(volumeId, kept);
    else {
      const volume = region.table(volumes).latest(volumeId);
      if (volume !== undefined) delete volume.attachment;
    }
  }
  instance.volumes = [];
  region.schedule(instanceForgotten, durations.instanceForgotten * 1000, bootOf(instance));
  region.signal(instanceChanged, instance.id);
});

const instanceForgotten = defineEvent<Boot>("ec2.instance-forgotten", (region, { id }) => {
  region.table(instances).remove(id, { immediate: true });
});

export const instanceEvents = [
  instanceRunning,
  portOpened,
  guestBooted,
  guestPoweredOff,
  instanceDied,
  instanceStopped,
  instanceRebooted,
  instanceTerminated,
  instanceForgotten,
];

function bootOf(instance: InstanceRecord): Boot {
  return { id: instance.id, boot: instance.boot };
}

/** The instance, unless it was started again since the event was scheduled. */
function living(region: Region, { id, boot }: Boot): InstanceRecord | undefined {
  const instance = region.table(instances).latest(id);
  return instance?.boot === boot ? instance : undefined;
}

/** Ends the guest: its disk stays unchanged, its ports close, and it writes nothing more. */
function quiet(region: Region, instance: InstanceRecord): void {
  settleDisk(region, instance);
  instance.guest.ports = [];
  delete instance.guest.hooks;
  instance.guest.console = instance.guest.console.filter((line) => line.at <= region.now);
}

function setState(
  region: Region,
  instance: InstanceRecord,
  state: InstanceState,
  reason?: { code: string; message: string },
): void {
  instance.state = state;
  instance.stateSince = region.now;
  if (reason === undefined) delete instance.stateReason;
  else instance.stateReason = reason;
}

function setPublicAddress(
  region: Region,
  instance: InstanceRecord,
  address: string | undefined,
): void {
  const networkInterface = region.table(networkInterfaces).latest(instance.interfaceId);
  for (const holder of [instance, networkInterface]) {
    if (holder === undefined) continue;
    if (address === undefined) delete holder.publicAddress;
    else holder.publicAddress = address;
  }
}
