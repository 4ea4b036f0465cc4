import type { Build, Check } from "./build.ts";
import { guestDurations as durations } from "./durations.ts";
import type { Machine } from "./machine.ts";
import { linesWritten, nothing } from "./written-lines.ts";

/** The steps that harden the whole system, by their names in the body. */
export function hardenSystem(build: Build): void {
  build.spend(durations.step);
  build.machine.disk.systemHardened = true;
}

/** Each kernel in the boot loader's menu starts with them. */
export function setBootArguments(build: Build, words: readonly string[]): void {
  build.spend(durations.step);
  const { disk } = build.machine;
  disk.bootArguments.push(...words.filter((word) => !disk.bootArguments.includes(word)));
}

/** Masks the units, whether they exist or not. */
export function disableAutomaticUpdates({ machine }: Build, units: readonly string[]): void {
  for (const unit of units) {
    machine.setService(unit, { enabled: false, active: false, masked: true });
  }
}

/** The checks of this hardening. They see what the build's files change. */
export const hardeningChecks: readonly (readonly [string, Check])[] = [
  ["automatic_updates_are_disabled", automaticUpdatesAreDisabled],
  ["updates_and_snaps_are_disabled", automaticUpdatesAreDisabled],
  ["system_is_hardened", systemIsHardened],
  ["boot_arguments_are", bootArgumentsAre],
  ["kernel_audits", kernelAudits],
];

function automaticUpdatesAreDisabled({ machine }: Build, units: readonly string[]) {
  return nothing(
    units
      .filter((unit) => !machine.service(unit).masked)
      .map((unit) => `${unit} is ${machine.service(unit).enabled ? "enabled" : "disabled"}`),
  );
}

function systemIsHardened({ machine }: Build, modules: readonly string[]) {
  if (machine.disk.systemHardened !== true) {
    return modules.map((name) => `${name} can be loaded: insmod ${name}.ko`);
  }
  const loading = linesWritten(machine, /^\/(etc|run|usr\/lib)\/modprobe\.d\/[^/]+\.conf$/)
    .map(({ line }) => line.split(/\s+/))
    .filter(
      ([verb, name = "", ...command]) =>
        verb === "install" && modules.includes(name) && command.join(" ") !== "/bin/true",
    )
    .map(([, name, ...command]) => `${name} can be loaded: install ${command.join(" ")}`);
  const journal = linesWritten(machine, /^\/etc\/systemd\/journald\.conf(\.d\/[^/]+\.conf)?$/)
    .filter(({ line }) =>
      /^(Storage=(?!persistent$)|Compress=(?!yes$)|ForwardToSyslog=(?!no$))/.test(line),
    )
    .map(({ line }) => `the journal has ${line}`);
  const open = ["cron", "at"]
    .filter((name) => machine.file(`/etc/${name}.deny`) !== undefined)
    .map((name) => `everybody may use ${name}`);
  return nothing([...loading, ...open, ...journal, ...looseMounts(machine)]);
}

function bootArgumentsAre({ machine }: Build, words: readonly string[]) {
  return nothing(
    words
      .filter((word) => !machine.disk.bootArguments.includes(word))
      .map((word) => `a kernel starts without ${word}`),
  );
}

/** The kernel has the rules of every file that auditd reads. */
function kernelAudits({ machine }: Build, [least = "0"]: readonly string[]) {
  const { active } = machine.service("auditd");
  const rules = linesWritten(machine, /^\/etc\/audit\/rules\.d\/[^/]+\.rules$/).filter(({ line }) =>
    /^-[aw] /.test(line),
  );
  return nothing([
    ...(active ? [] : ["inactive"]),
    ...rules.filter(({ line }) => /never|exclude/.test(line)).map(({ line }) => line),
    ...(rules.length < Number(least) ? ["the kernel has not all rules:"] : []),
  ]);
}

/** The boot mounts them as a file of the user's says, or else as the hardening does. */
function looseMounts(machine: Machine): readonly string[] {
  const own = machine.file("/etc/fstab")?.text;
  if (own === undefined) return [];
  const mounts = own.split("\n").map((line) => line.trim().split(/\s+/));
  return ["/tmp", "/dev/shm"]
    .filter((path) => {
      const options = mounts.find(([, at]) => at === path)?.[3]?.split(",") ?? [];
      return !["nosuid", "nodev", "noexec"].every((one) => options.includes(one));
    })
    .map((path) => `${path} is mounted without nosuid,nodev,noexec`);
}
