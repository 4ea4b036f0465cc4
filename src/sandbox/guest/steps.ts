import { applicationSteps } from "./application-steps.ts";
import { assumeUnit, assumeUser } from "./assumptions.ts";
import { listPackages } from "./bill.ts";
import { type Build, StepFailure } from "./build.ts";
import { guestDurations as durations } from "./durations.ts";
import { fetchApplication } from "./fetch-application.ts";
import { disableAutomaticUpdates, hardenSystem, setBootArguments } from "./hardening.ts";
import { applyKernelSettings } from "./kernel-settings.ts";
import type { Machine } from "./machine.ts";
import { useProxy } from "./package-sources.ts";
import {
  findVersions,
  installPackages,
  refreshPackageLists,
  updatePackages,
} from "./package-steps.ts";
import { playbookSteps } from "./playbook.ts";
import { urlopenFailure, whyUnreached } from "./reach.ts";
import { tellOfPorts } from "./service-ports.ts";
import { runText } from "./shell/run-text.ts";
import { all, first, none, type Step } from "./step.ts";
import { removeTraces } from "./traces.ts";

export const steps: ReadonlyMap<string, Step> = new Map<string, Step>([
  ["disable_automatic_updates", { shown: none, run: disableAutomaticUpdates }],
  ["use_proxy", { shown: first, run: useProxy }],
  ["refresh_package_lists", { shown: none, run: refreshPackageLists }],
  ["find_versions", { shown: all, run: findVersions }],
  ["update_packages", { shown: all, run: updatePackages }],
  ["install_packages", { shown: all, run: installPackages }],
  ["install_session_agent", { shown: none, run: installSessionAgent }],
  ["lock_passwords", { shown: none, run: lockPasswords }],
  ["set_kernel_settings", { shown: none, run: setKernelSettings }],
  ["disable_ipv6", { shown: none, run: disableIpv6 }],
  ["limit_open_files", { shown: first, run: limitOpenFiles }],
  ["disable_core_dumps", { shown: none, run: disableCoreDumps }],
  ["harden_ssh", { shown: none, run: hardenSsh }],
  ["harden_logins", { shown: none, run: hardenLogins }],
  ["harden_system", { shown: none, run: hardenSystem }],
  ["set_boot_arguments", { shown: none, run: setBootArguments }],
  ["hold_snaps", { shown: none, run: () => {} }],
  ["disable_apport", { shown: none, run: () => {} }],
  ["close_ports", { shown: none, run: closePorts }],
  ["disable_ssh_server", { shown: none, run: disableSshServer }],
  ["create_user", { shown: first, run: createUser }],
  ["write_text_file", { shown: first, run: writeTextFile }],
  ["write_binary_file", { shown: first, run: writeBinaryFile }],
  ["fetch_application", { shown: first, run: fetchApplication }],
  ...applicationSteps,
  ...playbookSteps,
  ["enable_services", { shown: all, run: enableServices }],
  [
    "run_command",
    { shown: (_parameters, build) => [String(build.nextCommand())], run: runCommand },
  ],
  ["restart_system", { shown: none, run: () => {} }],
  ["list_packages", { shown: none, run: listPackages }],
  ["remove_build_traces", { shown: none, run: removeBuildTraces }],
]);

/** The sandbox assumes that AWS's package has its key's signature. */
function installSessionAgent(build: Build, [url = ""]: readonly string[]): void {
  const { machine } = build;
  const { sessionAgent } = machine.distribution;
  build.spend(durations.download);
  const why = whyUnreached(build, hostOf(url));
  if (why !== undefined) {
    throw new StepFailure("install_session_agent", [urlopenFailure(why), `cannot download ${url}`]);
  }
  machine.addUnknownPackage(sessionAgent);
  machine.touch(`/lib/systemd/system/${sessionAgent}.service`);
  machine.setService(sessionAgent, { enabled: true, active: true });
}

function hostOf(url: string): string {
  return /^[a-z]+:\/\/([^/:?#]+)/.exec(url)?.[1] ?? "";
}

function lockPasswords({ machine }: Build): void {
  machine.disk.passwords = [];
}

function setKernelSettings(build: Build, settings: readonly string[]): void {
  build.spend(durations.step);
  for (const setting of settings) {
    const [, optional, name = "", value] = /^(-?)([^=]+)=(.*)$/.exec(setting) ?? [];
    if (value === undefined || !/^(kernel|net|vm|fs|dev|user|abi)\.[\w.*-]+$/.test(name)) {
      if (optional === "-") continue;
      throw new StepFailure("/usr/lib/systemd/systemd-sysctl", [
        `Couldn't write '${value ?? ""}' to '${name.replaceAll(".", "/")}': No such file or directory`,
      ]);
    }
  }
  build.machine.writeFile(
    "/etc/sysctl.d/zz-reconcile.conf",
    `${settings.map((setting) => setting.replace(/^-/, "")).join("\n")}\n`,
    "0644",
    "root",
  );
  applyKernelSettings(build.machine);
}

function disableIpv6(build: Build): void {
  build.spend(durations.step);
  const { disk } = build.machine;
  if (!disk.bootArguments.includes("ipv6.disable=1")) disk.bootArguments.push("ipv6.disable=1");
  const lines = ["all", "default", "lo"].map((name) => `net.ipv6.conf.${name}.disable_ipv6=1\n`);
  build.machine.writeFile("/etc/sysctl.d/zz-reconcile-ipv6.conf", lines.join(""), "0644", "root");
  applyKernelSettings(build.machine);
}

function limitOpenFiles(build: Build, [number = ""]: readonly string[]): void {
  build.spend(durations.step);
  if (!/^\d+$/.test(number)) {
    throw new StepFailure("write_manager_setting", [`Failed to parse resource value: ${number}`]);
  }
  build.machine.disk.openFiles = Number(number);
}

function disableCoreDumps(build: Build): void {
  build.spend(durations.step);
  build.machine.disk.coreDumps = false;
  const text = "kernel.core_pattern=|/bin/false\nfs.suid_dumpable=0\n";
  build.machine.writeFile("/etc/sysctl.d/zz-reconcile-core.conf", text, "0644", "root");
  applyKernelSettings(build.machine);
}

function hardenSsh(build: Build, settings: readonly string[]): void {
  build.spend(durations.step);
  build.machine.disk.sshSettings = Object.fromEntries(
    settings.map((setting) => {
      const [name = "", ...value] = setting.split(" ");
      return [name.toLowerCase(), value.join(" ")];
    }),
  );
}

function hardenLogins(build: Build): void {
  build.spend(durations.step);
  build.machine.disk.loginsHardened = true;
}

function closePorts({ machine }: Build): void {
  machine.disk.multicastNames = false;
}

function disableSshServer({ machine }: Build): void {
  machine.setService(machine.distribution.ssh, { active: false, enabled: false, masked: true });
}

function createUser({ machine }: Build, [name = ""]: readonly string[]): void {
  // An earlier build has created it for the application.
  if (machine.disk.application?.user === name) return;
  if (machine.hasUser(name)) {
    throw new StepFailure(`useradd --system -- ${name}`, [
      `useradd: user '${name}' already exists`,
    ]);
  }
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(name)) {
    throw new StepFailure(`useradd --system -- ${name}`, [`useradd: invalid user name '${name}'`]);
  }
  machine.disk.users.push(name);
}

function writeTextFile(build: Build, parameters: readonly string[]): void {
  const [path = "", mode = "", owner = "", ...lines] = parameters;
  putFile(build, path, mode, owner, lines.join("\n"));
}

function writeBinaryFile(build: Build, parameters: readonly string[]): void {
  const [path = "", mode = "", owner = "", base64 = ""] = parameters;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) {
    throw new StepFailure("base64 --decode", ["base64: invalid input"]);
  }
  putFile(build, path, mode, owner, new Uint8Array(Buffer.from(base64, "base64")));
}

function putFile(
  build: Build,
  path: string,
  mode: string,
  owner: string,
  content: Uint8Array | string,
): void {
  const { machine } = build;
  if (machine.kindOf(path) === "directory") {
    throw new StepFailure(`install --mode ${mode} -- /dev/stdin ${path}`, [
      `install: cannot overwrite directory '${path}' with non-directory`,
    ]);
  }
  if (!/^[0-7]{3,4}$/.test(mode)) {
    throw new StepFailure(`install --mode ${mode} -- /dev/stdin ${path}`, [
      `install: invalid mode '${mode}'`,
    ]);
  }
  const [user = "", group = user] = owner.split(":");
  const isUser = assumeUser(build, user);
  if (!isUser || !(hasGroup(machine, group) || assumeUser(build, group))) {
    const kind = isUser ? "group" : "user";
    throw new StepFailure(`chown -- ${owner} ${path}`, [`chown: invalid ${kind}: '${owner}'`]);
  }
  machine.writeFile(path, content, mode, owner.includes(":") ? owner : `${owner}:root`);
}

const groups = new Set(
  "root bin daemon sys adm tty disk wheel sudo mail users nogroup nobody www-data systemd-journal shadow utmp video audio".split(
    " ",
  ),
);

function hasGroup(machine: Machine, name: string): boolean {
  return groups.has(name) || machine.hasUser(name);
}

function enableServices(build: Build, names: readonly string[]): void {
  const { machine } = build;
  for (const name of names) {
    build.spend(durations.service);
    if (!assumeUnit(build, name)) {
      throw new StepFailure(`systemctl enable -- ${names.join(" ")}`, [
        `Failed to enable unit: Unit file ${unitFile(name)} does not exist.`,
      ]);
    }
    if (machine.service(name).masked) {
      throw new StepFailure(`systemctl enable -- ${names.join(" ")}`, [
        `Failed to enable unit: Unit file /etc/systemd/system/${unitFile(name)} is masked.`,
      ]);
    }
    machine.setService(name, { enabled: true, active: true });
    tellOfPorts(build, name);
  }
}

function unitFile(name: string): string {
  return name.includes(".") ? name : `${name}.service`;
}

function runCommand(build: Build, lines: readonly string[]): void {
  build.spend(durations.step);
  const text = lines.join("\n");
  const { status, output } = runText(text, build);
  if (status !== 0) throw new StepFailure(text, output);
}

function removeBuildTraces(build: Build): void {
  build.spend(durations.removeTraces);
  removeTraces(build.machine);
}
