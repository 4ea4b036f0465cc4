import type { Machine } from "./machine.ts";

/** Folders whose content is removed with the build's traces. */
const cleaned =
  /^(\/var\/log|\/var\/crash|\/tmp|\/var\/tmp|\/root\/\.cache)\/|^\/(root|home|opt|srv|var\/lib)\/(.*\/)?\.(\w+_history|lesshst|viminfo)$/;

const identity =
  /^\/etc\/(ssh\/ssh_host_|hostid$|nvme\/host|iscsi\/initiatorname\.iscsi$)|^\/var\/lib\/(systemd\/random-seed$|snapd\/device\/|fwupd\/pki\/)/;
const provisioning = /^\/var\/lib\/(cloud\/(instances?|data|sem)|dhcpcd|NetworkManager)\//;

/** Removes every trace of the build; see specs/image.md, `remove_build_traces`. */
export function removeTraces(machine: Machine): void {
  const { disk } = machine;
  for (const path of Object.keys(disk.files)) {
    if (cleaned.test(path) || identity.test(path) || provisioning.test(path))
      delete disk.files[path];
  }
  disk.traces = { identity: false, provisioning: false, logs: false };
  disk.packageLists = machine.distribution.manager === "dnf";
  if (disk.application !== null) machine.setService("application", { active: false });
}

/** The remaining files of one kind, as `find` lists them. */
export function tracesOf(machine: Machine, kind: "identity" | "provisioning" | "logs"): string[] {
  const { disk } = machine;
  const usual = disk.traces[kind] ? usualTraces[kind] : [];
  const pattern = { identity, provisioning, logs: cleaned }[kind];
  const written = Object.entries(disk.files).flatMap(([path, file]) =>
    file !== null && pattern.test(path) ? [path] : [],
  );
  return [...usual, ...written];
}

const usualTraces = {
  identity: [
    "/etc/ssh/ssh_host_ed25519_key",
    "/etc/ssh/ssh_host_ed25519_key.pub",
    "/etc/machine-id",
    "/var/lib/systemd/random-seed",
  ],
  provisioning: ["/var/lib/cloud/instance", "/var/lib/cloud/instances", "/var/lib/cloud/sem"],
  logs: ["/var/log/cloud-init.log", "/var/log/cloud-init-output.log", "/var/log/wtmp"],
} as const;
