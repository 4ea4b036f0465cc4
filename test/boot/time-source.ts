import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";

const program = new URL("time-source.py", import.meta.url);
const units = "/etc/systemd/system";

const unit = (...lines: readonly string[]) =>
  [
    ...["[Unit]", "DefaultDependencies=no", "After=systemd-remount-fs.service"],
    ...["Before=basic.target", "[Service]", ...lines],
    ...["ExecStart=/usr/bin/python3 /opt/time-source.py", ""],
  ].join("\n");

/** The system in this folder has EC2's time source, when it has no network but its own. */
export function addTimeSource(root: string): void {
  writeFileSync(`${root}/opt/time-source.py`, readFileSync(program));
  // It would be a device of this machine.
  const condition = "ExecCondition=/bin/sh -c '! ip -brief link | grep -v ^lo'";
  writeFileSync(`${root}${units}/time-source.service`, unit(condition));
  mkdirSync(`${root}${units}/basic.target.wants`, { recursive: true });
  symlinkSync("../time-source.service", `${root}${units}/basic.target.wants/time-source.service`);
}

/** The system on this disk, which is not in use, has EC2's time source. */
export function addTimeSourceToDisk(disk: string): void {
  const file = `${disk}.unit`;
  writeFileSync(file, unit());
  const wants = `${units}/basic.target.wants`;
  const requests = [
    `write ${program.pathname} /opt/time-source.py`,
    `write ${file} ${units}/time-source.service`,
    `mkdir ${wants}`,
    `symlink ${wants}/time-source.service ../time-source.service`,
  ];
  for (const request of requests) {
    execFileSync("debugfs", ["-w", "-R", request, disk], { stdio: ["ignore", "ignore", "ignore"] });
  }
  rmSync(file);
}
