import { answeringPort, isPublic } from "./application.ts";
import { bootLines } from "./boot-log.ts";
import { readBootstrap, readBuildScript, readUserData } from "./build-script.ts";
import { baseDisk, type DiskState } from "./disk.ts";
import { guestDurations } from "./durations.ts";
import { type Download, type Fetched, fetchScript } from "./fetch-script.ts";
import { type GuestHook, hooksOf } from "./hooks.ts";
import { Machine } from "./machine.ts";
import type { Unit } from "./packages/package-table.ts";
import { type Misfortune, playBuild } from "./play-build.ts";
import { everything, type Reach } from "./reach.ts";
import type { ConsoleLine } from "./report.ts";
import { servicePorts, speaksHttp } from "./service-ports.ts";

/** The content of an instance's disk. Plain JSON that only the guest reads. */
export type GuestDisk = Readonly<DiskState>;

export interface GuestBoot {
  readonly instanceId: string;
  /** From the image of the instance. */
  readonly family: string;
  readonly release: string;
  /** Of the instance: `arm64`. Default: x86_64. */
  readonly architecture?: string | undefined;
  /** Default: the disk of a base image. */
  readonly disk?: GuestDisk | undefined;
  /** The user data, possibly gzipped. Only for the first boot, because cloud-init runs scripts once. */
  readonly userData?: Uint8Array | undefined;
  /** The start of the kernel, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** What the machine gets from signed addresses of S3. Default: nobody answers. */
  readonly download?: Download | undefined;
  /** Why the machine cannot read a secret from AWS. Default: it has no role. */
  readonly secretProblem?: ((reference: string) => string | undefined) | undefined;
  /** Default: everything. */
  readonly reach?: Reach | undefined;
  /** Default: no fault. */
  readonly misfortune?: Misfortune | undefined;
}

export interface GuestPlay {
  readonly console: readonly ConsoleLine[];
  readonly outcome: "powered-off" | "running";
  /** Until the machine is off, or until the boot is complete. */
  readonly afterSeconds: number;
  readonly ports: readonly GuestPort[];
  /** Whether the SSM Agent starts with it. Default: no. */
  readonly startsAgent?: boolean;
  /** What completes the lifecycle hooks of its group: when it looks first, and its programs. Default: nothing. */
  readonly hooks?:
    | { readonly afterSeconds: number; readonly programs: Readonly<Record<string, GuestHook>> }
    | undefined;
  /** The disk at that time. */
  readonly disk: GuestDisk;
}

/**
 * A port that answers from outside. `http` answers every path with status 200, and also plain TCP. `any`
 * means every other port, for a machine with services whose ports are unknown.
 */
export interface GuestPort {
  readonly port: number | "any";
  readonly protocol: "http" | "tcp";
  readonly afterSeconds: number;
}

/**
 * Simulates a machine from its kernel's first line. If the user data is a build script of specs/image.md,
 * its calls are simulated one by one on a model of the machine. Nothing ever runs on the host of the
 * sandbox. Other user data is ignored: the machine boots and stays up.
 */
export function playGuest(boot: GuestBoot): GuestPlay {
  const disk: DiskState = structuredClone(boot.disk ?? baseDisk(boot.family, boot.release));
  if (boot.architecture !== undefined) disk.architecture = boot.architecture;
  const machine = new Machine(disk);
  if (boot.secretProblem !== undefined) machine.secretProblem = boot.secretProblem;
  const text = boot.userData === undefined ? undefined : readUserData(boot.userData);
  const bootstrap = text === undefined ? undefined : readBootstrap(text);
  const { reach = everything } = boot;
  const way = {
    reach,
    download: boot.misfortune === "hangs" ? undefined : boot.download,
  };
  const fetched =
    bootstrap === undefined ? undefined : fetchScript(bootstrap, way, guestDurations.boot);
  if (fetched !== undefined && "console" in fetched) return withoutScript(boot, machine, fetched);
  const script = readBuildScript(fetched?.script ?? text ?? "");
  if (script === undefined) return playBoot(boot, machine);
  const console = bootLines(boot, machine.distribution);
  const build = playBuild(script, machine, {
    startedAt: boot.startedAt,
    startsAfter: fetched?.afterSeconds ?? guestDurations.boot,
    contents: fetched?.contents ?? new Map(),
    misfortune: boot.misfortune,
    reach,
    bootConsole: bootLines(boot, machine.distribution),
  });
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

/** A machine that could not fetch its script reports that and powers off. */
function withoutScript(
  boot: GuestBoot,
  { disk, distribution }: Machine,
  fetched: Extract<Fetched, { readonly console: unknown }>,
): GuestPlay {
  const hangs = boot.misfortune === "hangs";
  return {
    console: [...bootLines(boot, distribution), ...(hangs ? [] : fetched.console)],
    outcome: hangs ? "running" : "powered-off",
    afterSeconds: hangs ? Number.POSITIVE_INFINITY : fetched.afterSeconds,
    ports: [],
    disk: { ...disk, condition: "broken" },
  };
}

/** The disk of a machine that was stopped, or used for an image, during its build. */
export function interruptedDisk(disk: GuestDisk): GuestDisk {
  return { ...disk, condition: "broken" };
}

/** A boot without a build: enabled services start, including the application. */
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
    hooks: boot.misfortune === "fails" ? undefined : completedHooks(machine),
    startsAgent: startsAgent(machine),
    disk,
  };
}

/** Its service starts when the application's service has started. */
function completedHooks(machine: Machine): GuestPlay["hooks"] {
  const programs = machine.disk.condition === "broken" ? undefined : hooksOf(machine);
  if (programs === undefined) return undefined;
  return { afterSeconds: guestDurations.services + guestDurations.application, programs };
}

function startsAgent(machine: Machine): boolean {
  const name = machine.distribution.sessionAgent;
  const { enabled, masked } = machine.service(name);
  return machine.unit(name) !== undefined && enabled && !masked;
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
    // The first to start gets the port. Services start before the application's workers.
    if (!ports.some(({ port }) => port === application)) {
      ports.push({ port: application, protocol: "http", afterSeconds });
    }
  }
  // Last, so that known ports take precedence.
  if (others) ports.push({ port: "any", protocol: "http", afterSeconds: guestDurations.services });
  return ports;
}

/** Services of packages, services with a written unit file, and assumed services. */
function unitsOf(machine: Machine): readonly Unit[] {
  const packaged = machine.installedPackages().flatMap(({ unit }) => unit ?? []);
  const others = Object.keys(machine.disk.services)
    .filter((name) => name !== "application" && !packaged.some((unit) => unit.name === name))
    .flatMap((name) => machine.unit(name) ?? []);
  return [...packaged, ...others];
}
