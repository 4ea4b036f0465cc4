import { execFileSync } from "node:child_process";
import { debian12 } from "../../src/image/families/debian-12.ts";
import { packagesOf } from "../../src/image/steps.ts";
import { fullRecipe } from "../image/recipes.ts";
import { folder } from "./machine.ts";
import { address, servePackages } from "./packages.ts";

/** Installs what these tests need, makes the system that they harden, both only once, and serves its packages. */
export default async function setup(): Promise<() => void> {
  const script = new URL("../../scripts/boot-base.sh", import.meta.url).pathname;
  const packages = packagesOf(fullRecipe, debian12).join(" ");
  const requirements = fullRecipe.application?.python.join(" ") ?? "";
  execFileSync("bash", [script, folder, address, packages, requirements], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  // The tests sign repositories of their own.
  const gnupg =
    "command -v gpg >/dev/null || { apt-get update -q && apt-get install -y -q --no-install-recommends gnupg; }";
  execFileSync("sh", ["-c", gnupg], { stdio: ["ignore", "inherit", "inherit"] });
  const server = await servePackages();
  return () => server.close();
}
