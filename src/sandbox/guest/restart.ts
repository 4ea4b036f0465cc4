import { applyKernelSettings } from "./kernel-settings.ts";
import type { Machine } from "./machine.ts";

/** Boots the machine from its disk again: enabled services run, and what was in memory is gone. */
export function restartMachine(machine: Machine): void {
  const { disk } = machine;
  for (const path of Object.keys(disk.files)) {
    // Debian and Ubuntu empty /tmp at boot (tmpfiles.d/tmp.conf). On Amazon Linux 2023 it is in memory.
    if (/^\/(run|tmp)\//.test(path)) delete disk.files[path];
  }
  for (const [name, { enabled, masked }] of Object.entries(disk.services)) {
    machine.setService(name, { active: enabled && !masked });
  }
  disk.kernelSettings = {};
  applyKernelSettings(machine);
}
