import { answeringPort, isPublic } from "./application.ts";
import { bootLines } from "./boot-log.ts";
import { type Misfortune, playBuild } from "./build.ts";
import { readBuildScript, readUserData } from "./build-script.ts";
import { guestDurations } from "./durations.ts";
import { baseDisk, type DiskState, Machine } from "./machine.ts";
import type { Unit } from "./packages/package-table.ts";
import type { ConsoleLine } from "./report.ts";
import { servicePorts, speaksHttp } from "./service-ports.ts";

/** What is on an instance's disk. Plain JSON; only the guest looks inside. */
export type GuestDisk = Readonly<DiskState>;

export interface GuestBoot {
  readonly instanceId: string;
  /** Of the image that it was launched from. */
  readonly family: string;
  readonly release: string;
  /** Left out: a base image's. */
  readonly disk?: GuestDisk | undefined;
  /** As instances get it, maybe gzipped. Only at the first boot: cloud-init runs scripts once. */
  readonly userData?: Uint8Array | undefined;
  /** When the kernel starts, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** Left out: nothing goes wrong. */
  readonly misfortune?: Misfortune | undefined;
}

export interface GuestPlay {
  readonly console: readonly ConsoleLine[];
  readonly outcome: "powered-off" | "running";
  /** Until it is off, or until the boot is complete. */
  readonly afterSeconds: number;
  readonly ports: readonly GuestPort[];
  /** As it is then. */
  readonly disk: GuestDisk;
}

/**
 * A port that answers from outside. `http` answers every path with status 200, and TCP too. `any` is
 * every port that no other one is known for: nobody knows where such a machine's services listen.
 */
export interface GuestPort {
  readonly port: number | "any";
  readonly protocol: "http" | "tcp";
  readonly afterSeconds: number;
}

/**
 * Plays a machine from its kernel's first line. User data that is a build script of specs/image.md is
 * played on a model of the machine, call by call; nothing is ever run on the machine that the
 * sandbox itself is on. Any other user data is not looked into: the machine boots and stays up.
 */
export function playGuest(boot: GuestBoot): GuestPlay {
  const disk: DiskState = structuredClone(boot.disk ?? baseDisk(boot.family, boot.release));
  const machine = new Machine(disk);
  const text = boot.userData === undefined ? undefined : readUserData(boot.userData);
  const script = text === undefined ? undefined : readBuildScript(text);
  if (script === undefined) return playBoot(boot, machine);
  const console = bootLines(boot, machine.distribution);
  const build = playBuild(script, machine, guestDurations.boot, boot.misfortune);
  console.push(...build.console);
  console.sort((a, b) => a.afterSeconds - b.afterSeconds);
  if (!build.passed) disk.condition = "broken";
  return {
    console,
    outcome: build.hung ? "running" : "powered-off",
    afterSeconds: build.hung ? Number.POSITIVE_INFINITY : build.endsAfter,
    ports: [],
    disk,
  };
}

/** The disk of a machine that was stopped, or made an image of, in the middle of its build. */
export function interruptedDisk(disk: GuestDisk): GuestDisk {
  return { ...disk, condition: "broken" };
}

/** A boot with no build: services that are enabled come up, the application among them. */
function playBoot(boot: GuestBoot, machine: Machine): GuestPlay {
  const console = bootLines(boot, machine.distribution);
  const { disk } = machine;
  if (boot.misfortune === "hangs") {
    const early = console.filter((line) => line.afterSeconds < guestDurations.boot / 2);
    return {
      console: early,
      outcome: "running",
      afterSeconds: guestDurations.boot,
      ports: [],
      disk,
    };
  }
  return {
    console,
    outcome: "running",
    afterSeconds: guestDurations.boot,
    ports: boot.misfortune === "fails" ? [] : servedPorts(machine),
    disk,
  };
}

function servedPorts(machine: Machine): GuestPort[] {
  const { disk } = machine;
  if (disk.condition === "broken") return [];
  const ports: GuestPort[] = [];
  let others = false;
  for (const unit of unitsOf(machine)) {
    const { enabled, masked } = machine.service(unit.name);
    if (!enabled || masked) continue;
    const listening = servicePorts(machine, unit);
    others ||= listening.others;
    for (const { port, address, protocol } of listening.known) {
      if (protocol !== "tcp" || !isPublic(address)) continue;
      const spoken = speaksHttp(unit, port) ? "http" : "tcp";
      ports.push({ port, protocol: spoken, afterSeconds: guestDurations.services });
    }
  }
  const application = answeringPort(machine);
  if (application !== undefined && machine.service("application").enabled) {
    const afterSeconds = guestDurations.services + guestDurations.application;
    // Who comes first has the port; services come up before the application's workers.
    if (!ports.some(({ port }) => port === application)) {
      ports.push({ port: application, protocol: "http", afterSeconds });
    }
  }
  // Behind the others, so that what is known goes first.
  if (others) ports.push({ port: "any", protocol: "http", afterSeconds: guestDurations.services });
  return ports;
}

/** Services of packages, and those that were written or are taken to be there. */
function unitsOf(machine: Machine): readonly Unit[] {
  const packaged = machine.installedPackages().flatMap(({ unit }) => unit ?? []);
  const others = Object.keys(machine.disk.services)
    .filter((name) => name !== "application" && !packaged.some((unit) => unit.name === name))
    .flatMap((name) => machine.unit(name) ?? []);
  return [...packaged, ...others];
}
