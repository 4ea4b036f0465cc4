import type { Distribution } from "./distribution.ts";
import { guestDurations } from "./durations.ts";
import type { ConsoleLine } from "./report.ts";

/** The serial console output of an EC2 instance until user data runs. */
export function bootLines(
  boot: { readonly instanceId: string; readonly startedAt: number },
  distribution: Distribution,
): ConsoleLine[] {
  const { kernel, prettyName } = distribution;
  const stages: [share: number, text: string][] = [
    [0, `Linux version ${kernel} (mockbuild@buildhost) #1 SMP PREEMPT_DYNAMIC`],
    [
      0,
      `Command line: BOOT_IMAGE=(hd0,gpt1)/boot/vmlinuz-${kernel} root=/dev/nvme0n1p1 ro console=tty0 console=ttyS0,115200n8 nvme_core.io_timeout=4294967295`,
    ],
    [0.02, "DMI: Amazon EC2 t3.micro/, BIOS 1.0 10/16/2017"],
    [0.02, "Hypervisor detected: KVM"],
    [0.08, "nvme nvme0: pci function 0000:00:04.0"],
    [0.1, "ena 0000:00:05.0: Elastic Network Adapter (ENA) found"],
    [0.14, "EXT4-fs (nvme0n1p1): mounted filesystem with ordered data mode."],
    [0.18, "systemd[1]: Detected virtualization amazon."],
    [0.2, `systemd[1]: Initializing machine ID from VM UUID, ${boot.instanceId}.`],
    [0.55, "Started systemd-networkd.service - Network Configuration."],
    [0.7, "Finished cloud-init-local.service - Initial cloud-init job (pre-networking)."],
    [0.85, "Reached target network-online.target - Network is Online."],
    [0.95, `Welcome to ${prettyName}!`],
  ];
  const seconds = (share: number) => share * guestDurations.boot;
  const lines = stages.map(([share, text]) => {
    const stamp = share < 0.5 ? `[${seconds(share).toFixed(6).padStart(12)}] ` : "[  OK  ] ";
    return { afterSeconds: seconds(share), text: share < 0.9 ? stamp + text : text };
  });
  const at = new Date(boot.startedAt + guestDurations.boot * 1000).toUTCString();
  const up = guestDurations.boot.toFixed(2);
  const modules = ["init", "modules:config", "modules:final"].map((stage) => ({
    afterSeconds: guestDurations.boot - 0.01,
    text: `cloud-init[1204]: Cloud-init v. 22.2.2 running '${stage}' at ${at}. Up ${up} seconds.`,
  }));
  return [...lines, ...modules];
}
