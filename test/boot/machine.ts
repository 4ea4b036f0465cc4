import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { renderUserData } from "../../src/image/user-data.ts";

/** Kept between runs, since the base system takes minutes to make. */
export const folder = process.env["RECONCILE_BOOT_FOLDER"] ?? "/var/tmp/reconcile-boot";
export const baseSystem = `${folder}/system`;
export const baseDisk = `${folder}/base.img`;

/** A new disk of that name, with what is on the other one. */
export function copyDisk(original: string, name: string): string {
  const disk = `${folder}/${name}.img`;
  execFileSync("cp", ["--sparse=always", "--reflink=auto", original, disk]);
  return disk;
}

/** Reads from a disk that is not in use; undefined when there is no such file. */
export function readDisk(disk: string, path: string): Buffer | undefined {
  if (!/Inode: \d+/.test(debug(disk, `stat ${path}`).toString())) return undefined;
  return debug(disk, `cat ${path}`);
}

/** The names in a folder of a disk that is not in use; empty when there is none. */
export function listDisk(disk: string, path: string): readonly string[] {
  return debug(disk, `ls -p ${path}`)
    .toString()
    .split("\n")
    .map((line) => line.split("/")[5] ?? "")
    .filter((name) => name !== "" && name !== "." && name !== "..");
}

function debug(disk: string, request: string): Buffer {
  return execFileSync("debugfs", ["-R", request, disk], {
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "ignore"],
  });
}

export interface Boot {
  readonly disk: string;
  /** What EC2 would hand over to this instance. */
  readonly script: string;
  readonly instanceId: string;
  /** The kernel's command line, but for the console. */
  readonly kernelArguments: string;
  /** With the outside world reachable, or only for answers to it. */
  readonly network: "open" | "closed";
  /** A TCP port of this machine's loopback that leads to port 80 of the emulated one. */
  readonly forwardedPort?: number | undefined;
  readonly timeoutSeconds: number;
}

export interface BootResult {
  readonly console: string;
  /** It switched itself off; otherwise it was ended here. */
  readonly poweredOff: boolean;
}

/**
 * Boots a disk as EC2 boots an instance, under plain emulation, which needs no privilege of the machine: user data
 * through cloud-init, the serial console captured, until it powers off. A restart does not end it.
 */
export async function bootMachine(boot: Boot): Promise<BootResult> {
  const seed = makeSeed(boot);
  const log = `${boot.disk}.console`;
  const kernel = readdirSync(`${baseSystem}/boot`).toSorted();
  const named = (prefix: string) =>
    `${baseSystem}/boot/${kernel.findLast((name) => name.startsWith(prefix))}`;
  const forward =
    boot.forwardedPort === undefined ? "" : `,hostfwd=tcp:127.0.0.1:${boot.forwardedPort}-:80`;
  const child = spawn(
    "qemu-system-x86_64",
    [
      // KVM is seldom to be had inside a virtual machine; plain emulation always is. One processor of
      // the plainest kind: what newer ones do in one instruction takes an emulator a loop.
      ...["-accel", "tcg", "-machine", "q35", "-cpu", "qemu64", "-smp", "1"],
      ...["-m", "2048", "-nodefaults", "-no-user-config", "-display", "none"],
      ...["-serial", `file:${log}`],
      ...["-kernel", named("vmlinuz-"), "-initrd", named("initrd.img-")],
      ...["-append", `${boot.kernelArguments} ${emulation} console=ttyS0,115200`],
      ...["-drive", `file=${boot.disk},format=raw,if=virtio,cache=unsafe`],
      ...["-drive", `file=${seed},if=virtio,media=cdrom,readonly=on`],
      ...["-netdev", `user,id=net,restrict=${boot.network === "closed" ? "on" : "off"}${forward}`],
      ...["-device", "virtio-net-pci,netdev=net", "-device", "virtio-rng-pci"],
    ],
    { stdio: "ignore" },
  );
  const timer = setTimeout(() => child.kill(), boot.timeoutSeconds * 1_000);
  const poweredOff = await new Promise<boolean>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code === 0));
  });
  clearTimeout(timer);
  return { console: readFileSync(log, "latin1"), poweredOff };
}

/**
 * What would only cost time here: guards against faults of processors that an emulated one does not have, and
 * string instructions (features 112, 297) and pages cleared beforehand, which an emulator is slow at. No promise of an image rests on them.
 */
const emulation = "mitigations=off clearcpuid=112,297 init_on_alloc=0 transparent_hugepage=never";

/** cloud-init's NoCloud source: a volume of that name with these two files. */
function makeSeed({ disk, script, instanceId }: Boot): string {
  const seed = `${disk}.seed`;
  rmSync(seed, { recursive: true, force: true });
  mkdirSync(seed);
  writeFileSync(`${seed}/meta-data`, `instance-id: ${instanceId}\nlocal-hostname: ${instanceId}\n`);
  writeFileSync(`${seed}/user-data`, renderUserData(script).userData);
  const volume = ["-quiet", "-output", `${seed}.iso`, "-volid", "cidata", "-joliet", "-rock", seed];
  execFileSync("genisoimage", volume);
  return `${seed}.iso`;
}
