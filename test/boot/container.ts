import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { debian12 } from "../../src/image/families/debian-12.ts";
import { strongBootArguments } from "../../src/image/kernel-settings.ts";
import { baseSystem, folder } from "./machine.ts";
import { host as packagesHost } from "./packages.ts";
import { addTimeSource } from "./time-source.ts";

const bootContainer = new URL("../../scripts/boot-container.sh", import.meta.url).pathname;
/**
 * A container that boots the base system with its own systemd runs the build script as cloud-init
 * would, at the machine's full speed, which a table of many builds needs. It shares this machine's kernel, so
 * what is the kernel's alone is left to the emulated machine.
 */
export function makeContainer(name: string): string {
  const root = `${folder}/${name}`;
  rmSync(root, { recursive: true, force: true });
  execFileSync("cp", ["-a", baseSystem, root]);
  rmSync(`${root}/etc/fstab`);
  // The network of a container is this machine's own.
  writeFileSync(`${root}/etc/hosts`, `127.0.0.1 localhost ${packagesHost}\n`);
  const units = `${root}/etc/systemd/system`;
  // There is no instance here to ask for metadata, and the network is set up from outside.
  for (const unit of [
    "networking",
    "cloud-init-local",
    "cloud-init",
    "cloud-config",
    "cloud-final",
  ]) {
    symlinkSync("/dev/null", `${units}/${unit}.service`);
  }
  mkdirSync(`${units}/multi-user.target.wants`, { recursive: true });
  writeFileSync(
    `${units}/build.service`,
    // As cloud-init runs user data: once for an instance.
    [
      ...["[Unit]", "After=basic.target", "[Service]", "Type=oneshot"],
      ...["ExecCondition=sh -c '! cmp -s /opt/build /var/lib/ran'"],
      ...["ExecStartPre=cp /opt/build /var/lib/ran", "ExecStart=/bin/bash /opt/build", ""],
    ].join("\n"),
  );
  symlinkSync("../build.service", `${units}/multi-user.target.wants/build.service`);
  // Other machines reach a server at an address that a container without a network lacks.
  writeFileSync(
    `${units}/address.service`,
    [
      ...["[Unit]", "DefaultDependencies=no", "Before=build.service", "[Service]", "Type=oneshot"],
      `ExecStart=sh -c '${hasAddress} || ip address add 10.83.0.7/32 dev lo'`,
      "",
    ].join("\n"),
  );
  symlinkSync("../address.service", `${units}/multi-user.target.wants/address.service`);
  // No boot loader starts it, and none can be configured; a configuration is here to be read. The package's own
  // program stays as it is, because that is verified.
  symlinkSync("/bin/true", `${root}/usr/local/sbin/update-grub`);
  mkdirSync(`${root}/boot/grub`, { recursive: true });
  const words = ["ipv6.disable=1", ...debian12.bootArguments, ...strongBootArguments].join(" ");
  writeFileSync(`${root}/boot/grub/grub.cfg`, `\tlinux /boot/vmlinuz ro ${words}\n`);
  // Debian's systemd comes without its own file of settings, which Amazon's has (sysctl.d/50-default.conf):
  // the higher of "all" and the interface's own would count, and be loose.
  writeFileSync(
    `${root}/usr/lib/sysctl.d/50-default.conf`,
    "net.ipv4.conf.default.rp_filter = 2\nnet.ipv4.conf.*.rp_filter = 2\n-net.ipv4.conf.all.rp_filter\n",
  );
  // Ubuntu's systemd forwards the journal to rsyslog with a file of its own.
  mkdirSync(`${root}/usr/lib/systemd/journald.conf.d`, { recursive: true });
  writeFileSync(
    `${root}/usr/lib/systemd/journald.conf.d/syslog.conf`,
    "[Journal]\nForwardToSyslog=yes\n",
  );
  addTimeSource(root);
  // chrony may run without setting the clock, which is this machine's.
  mkdirSync(`${units}/chrony.service.d`);
  writeFileSync(`${units}/chrony.service.d/container.conf`, "[Unit]\nConditionCapability=\n");
  mkdirSync(`${root}/etc/default`, { recursive: true });
  writeFileSync(`${root}/etc/default/chrony`, 'DAEMON_OPTS="-F 1 -x"\n');
  return root;
}

const hasAddress = "ip -4 -o address show scope global | grep .";

export interface ContainerRun {
  readonly root: string;
  readonly script: string;
  /** open: this machine's own network; closed: none but loopback. */
  readonly network: "open" | "closed";
  /** kept: what the build does stays; discarded: the next run starts from the same system. */
  readonly changes: "kept" | "discarded";
  /** Files and folders of this machine that the container reads at the same paths. */
  readonly lent?: readonly string[];
}

/** Boots the container, again when it restarts, and resolves to its console once it has powered off. */
export async function runContainer(run: ContainerRun): Promise<string> {
  const build = `${mkdtempSync(`${folder}/reconcile-`)}/build`;
  writeFileSync(build, run.script);
  const command = [
    ...[bootContainer, basename(dirname(build)), run.root, run.changes],
    // No service manager is needed on this machine itself.
    ...["--register=no", "--keep-unit", "--timezone=off", "--resolv-conf=off"],
    ...["--console=interactive", `--bind-ro=${build}:/opt/build`],
    ...(run.lent ?? []).map((path) => `--bind-ro=${path}`),
    ...(run.network === "closed" ? ["--private-network"] : []),
  ];
  // A console is a terminal, which "script" lends.
  const child = spawn("script", ["-qefc", command.join(" "), "/dev/null"], {
    stdio: ["ignore", "pipe", "inherit"],
    // Several may start from the same system, when none of them changes it.
    // A /tmp of systemd-nspawn's own would hide the image's.
    env: { ...process.env, SYSTEMD_NSPAWN_LOCK: "0", SYSTEMD_NSPAWN_TMPFS_TMP: "0" },
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  // Far longer than any of these builds takes; it stops a container that does not power off.
  const timer = setTimeout(() => child.kill(), 600_000);
  await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearTimeout(timer);
  rmSync(dirname(build), { recursive: true, force: true });
  return Buffer.concat(chunks).toString("latin1");
}
