import { accountChecks } from "./account-checks.ts";
import { applicationChecks } from "./application-checks.ts";
import { assumeUnit } from "./assumptions.ts";
import type { Build, Check } from "./build.ts";
import { guestDurations as durations } from "./durations.ts";
import { hardeningChecks } from "./hardening.ts";
import { hookChecks } from "./hook-checks.ts";
import { integrityChecks } from "./integrity-checks.ts";
import { applyKernelSettings, kernelSetting, namesOf } from "./kernel-settings.ts";
import type { Machine } from "./machine.ts";
import { limitsOfUsers, limitsSetBy } from "./open-files.ts";
import { playbookChecks } from "./playbook.ts";
import { secretFiles } from "./secrets.ts";
import { runText } from "./shell/run-text.ts";
import { isLetIn, listeningSockets } from "./sockets.ts";
import { sshChecks } from "./ssh.ts";
import { timeIsSynchronised } from "./time-sources.ts";
import { tracesOf } from "./traces.ts";
import { nothing } from "./written-lines.ts";

export const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ["packages_are_current", packagesAreCurrent],
  ["system_release_is", systemReleaseIs],
  ["package_is_installed", packageIsInstalled],
  ["package_version_is", packageVersionIs],
  ["service_is_running", serviceIsRunning],
  ["time_is_synchronised", timeIsSynchronised],
  ["system_starts", systemStarts],
  ["ipv6_is_disabled", ipv6IsDisabled],
  ["ipv6_stays_disabled", ipv6StaysDisabled],
  ["open_files_limit_is", openFilesLimitIs],
  ["processes_open_files_are", processesOpenFilesAre],
  ["file_is", fileIs],
  ["kernel_settings_are", kernelSettingsAre],
  ["core_dumps_are_disabled", coreDumpsAreDisabled],
  ["only_listening", onlyListening],
  ["run_check", runCheck],
  ["none_of", noneOf],
  ...accountChecks,
  ...integrityChecks,
  ...sshChecks,
  ...hardeningChecks,
  ...applicationChecks,
  ...hookChecks,
  ...playbookChecks,
]);

function packagesAreCurrent(build: Build, [which = ""]: readonly string[]) {
  build.spend(durations.checkUpdates);
  const { updates } = build.machine.disk;
  if (updates === "all" || (which === "security" && updates === "security")) return undefined;
  return build.machine.distribution.manager === "dnf"
    ? [
        "kernel6.12.x86_64          6.12.55-74.119.amzn2023      amazonlinux",
        "openssl.x86_64             1:3.2.2-1.amzn2023.0.3       amazonlinux",
      ]
    : ["Inst libssl3 [3.0.17-1] (3.0.18-1 stable-security [amd64])"];
}

/** The header has the base image's release. Without updates the system has an older one. */
function systemReleaseIs({ machine }: Build, [version = ""]: readonly string[]) {
  if (machine.distribution.manager !== "dnf") return ["rpm: command not found"];
  const is = machine.disk.release.split(".").slice(0, 3).join(".");
  return is === version ? undefined : [`system-release ${is}`];
}

function packageIsInstalled({ machine }: Build, [name = ""]: readonly string[]) {
  if (machine.hasPackage(name)) return undefined;
  return [
    machine.distribution.manager === "dnf"
      ? `no package provides ${name}`
      : `dpkg-query: no packages found matching ${name}`,
  ];
}

function packageVersionIs(build: Build, [name = "", wanted = ""]: readonly string[]) {
  const { machine } = build;
  const absent = packageIsInstalled(build, [name]);
  if (absent !== undefined) return absent;
  const version = machine.versionOf(name);
  if (version === undefined) return ["the newest version, which the sandbox does not know"];
  return isVersion(machine, version, wanted) ? undefined : [version];
}

/** rpm's versions may be asked for without their epoch or release. */
function isVersion({ distribution }: Machine, version: string, wanted: string): boolean {
  if (version === wanted) return true;
  if (distribution.manager === "apt") return false;
  return [version, version.replace(/^\d+:/, "")].some(
    (form) => form === wanted || form.startsWith(`${wanted}-`),
  );
}

function serviceIsRunning(build: Build, [name = ""]: readonly string[]) {
  build.spend(durations.check);
  const { machine } = build;
  if (!assumeUnit(build, name)) {
    const file = name.includes(".") ? name : `${name}.service`;
    return [`Failed to get unit file state for ${file}: No such file or directory`];
  }
  const { enabled, active, masked } = machine.service(name);
  if (masked) return ["masked"];
  if (!enabled) return ["disabled"];
  if (active) return undefined;
  // The check waits for the service to start.
  build.spend(15);
  return ["enabled", "inactive"];
}

/** The sandbox does not know a service that fails at boot alone. */
function systemStarts(build: Build) {
  build.spend(durations.systemStarts);
  return undefined;
}

function ipv6IsDisabled({ machine }: Build) {
  const { ipv6, kernelSettings } = machine.disk;
  const on = ["all", "default", "lo"].find((name) => {
    return kernelSettings[`net.ipv6.conf.${name}.disable_ipv6`] !== "1";
  });
  if (!ipv6 && on === undefined) return undefined;
  return [
    "00000000000000000000000000000001 01 80 10 80       lo",
    "fe80000000000000042fb1fffe3ad9c7 02 40 20 80     ens5",
    `/proc/sys/net/ipv6/conf/${on ?? "all"}/disable_ipv6 is not 1`,
  ];
}

function ipv6StaysDisabled(build: Build) {
  const { machine } = build;
  if (!machine.exists("/etc/sysctl.d/zz-reconcile-ipv6.conf")) {
    return ["grep: /etc/sysctl.d/zz-reconcile-ipv6.conf: No such file or directory"];
  }
  if (!machine.disk.bootArguments.includes("ipv6.disable=1")) {
    return ['args="ro console=tty0 console=ttyS0,115200n8"'];
  }
  return kernelSettingsAre(
    build,
    ["all", "default", "lo"].map((name) => `-net.ipv6.conf.${name}.disable_ipv6=1`),
  );
}

/** The default soft and hard limits of systemd and PAM. */
const usualOpenFiles = { users: "1024 524288", root: "1024 524288", services: "1024 524288" };

function openFilesLimitIs({ machine }: Build, [kind = "", number = ""]: readonly string[]) {
  const { openFiles } = machine.disk;
  if (!(kind in usualOpenFiles)) return [`no processes of ${kind}`];
  if (openFiles === Number(number)) {
    if (kind === "services") return undefined;
    return nothing(
      [...limitsOfUsers(machine, number)].flatMap(([user, seen]) =>
        (user === "root") === (kind === "root") ? seen : [],
      ),
    );
  }
  const seen = openFiles === null ? "1024 524288" : `${openFiles} ${openFiles}`;
  return [`soft and hard: ${seen}`];
}

/** The sandbox does not know the limits that programs set for themselves. */
function processesOpenFilesAre({ machine }: Build, [number = ""]: readonly string[]) {
  const { openFiles } = machine.disk;
  return nothing([
    ...(openFiles === Number(number)
      ? []
      : ["/cron.service cron: Max open files 1024 524288 files"]),
    ...limitsSetBy(machine, number),
  ]);
}

function fileIs({ machine }: Build, parameters: readonly string[]) {
  const [path = "", mode = "", owner = "", sha256 = ""] = parameters;
  const file = machine.file(path);
  if (file === undefined) return [`stat: cannot statx '${path}': No such file or directory`];
  const [user = "", group] = owner.split(":");
  const [hasUser, hasGroup] = file.owner.split(":");
  const isOwner = user === hasUser && (group === undefined || group === hasGroup);
  const isMode = Number.parseInt(file.mode, 8) === Number.parseInt(mode, 8);
  if (isOwner && isMode && file.sha256 === sha256) return undefined;
  const octal = Number.parseInt(file.mode, 8).toString(8);
  const sum = file.sha256 ?? "not known to the sandbox";
  return [`regular ${file.kind}, mode ${octal}, owner ${file.owner}, SHA-256 ${sum}`];
}

function kernelSettingsAre({ machine }: Build, settings: readonly string[]) {
  applyKernelSettings(machine);
  return nothing(
    settings.flatMap((setting) => {
      const [, pattern = "", value = ""] = /^-?([^=]+)=(.*)$/.exec(setting) ?? [];
      return namesOf(pattern).flatMap((name) => {
        const seen = kernelSetting(machine, name);
        const file = `/proc/sys/${name.replaceAll(".", "/")}`;
        return seen === value ? [] : [`expected ${setting}, but ${file} is ${seen}`];
      });
    }),
  );
}

function coreDumpsAreDisabled(build: Build) {
  if (build.machine.disk.coreDumps) return ["limit of users: unlimited"];
  return kernelSettingsAre(build, ["kernel.core_pattern=|/bin/false", "fs.suid_dumpable=0"]);
}

function onlyListening(build: Build, ranges: readonly string[]) {
  const { machine } = build;
  const others = listeningSockets(machine).filter(
    ({ protocol, port }) => !isLetIn(ranges, protocol, port),
  );
  if (others.length === 0) return undefined;
  // The check repeats for some seconds.
  build.spend(5);
  return others.map(
    ({ protocol, address, port, process }) =>
      `${protocol} ${protocol === "tcp" ? "LISTEN" : "UNCONN"} 0 128 ${address}:${port} 0.0.0.0:* users:(("${process}",pid=812,fd=6))`,
  );
}

/** One of the runtime's functions that find files. */
function noneOf({ machine }: Build, [kind = "", ...exceptions]: readonly string[]) {
  switch (kind) {
    case "identity_files":
      return nothing(tracesOf(machine, "identity"));
    case "provisioning_files":
      return nothing(tracesOf(machine, "provisioning"));
    case "log_files":
      return nothing(tracesOf(machine, "logs"));
    case "ansible_files":
      return nothing(
        Object.entries(machine.disk.files).flatMap(([path, file]) =>
          file !== null && /^\/var\/lib\/reconcile\/ansible\b/.test(path) ? [path] : [],
        ),
      );
    case "secret_files":
    case "other_secret_files":
      return nothing(secretFiles(machine).filter((path) => !exceptions.includes(path)));
    default:
      return [`${kind}: command not found`];
  }
}

function runCheck(build: Build, lines: readonly string[]) {
  build.spend(durations.check);
  const { status, output } = runText(lines.join("\n"), build);
  return status === 0 ? undefined : output;
}
