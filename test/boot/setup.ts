import { execFileSync } from "node:child_process";
import { folder, makeBaseDisk } from "./machine.ts";

/** Installs what these tests need, and makes the system that they harden; both only once. */
export default function setup(): void {
  const script = new URL("../../scripts/boot-base.sh", import.meta.url).pathname;
  execFileSync("bash", [script, folder], { stdio: ["ignore", "inherit", "inherit"] });
  makeBaseDisk();
}
