import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { debian12 } from "../../src/image/families/debian-12.ts";
import { packagesOf } from "../../src/image/steps.ts";
import { fullRecipe } from "../image/recipes.ts";
import { folder } from "./machine.ts";
import { downloadNpmPackages } from "./npm-packages.ts";
import { address, servePackages } from "./packages.ts";

/** What the examples for Node and Go need, by Debian's names. */
const examplePackages = ["nodejs", "npm", "golang-go"];
const flaskRequirements = new URL("../../examples/flask/requirements.txt", import.meta.url);

/** Installs what these tests need, makes the system that they harden, both only once, and serves its packages. */
export default async function setup(): Promise<() => void> {
  const script = new URL("../../scripts/boot-base.sh", import.meta.url).pathname;
  const packages = [...packagesOf(fullRecipe, debian12), ...examplePackages].join(" ");
  const requirements = [
    ...(fullRecipe.application?.python ?? []),
    ...readFileSync(flaskRequirements, "utf8").split("\n"),
    "ansible-core==2.18.1",
  ].join(" ");
  execFileSync("bash", [script, folder, address, packages, requirements], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  // The tests sign repositories of their own.
  const gnupg =
    "command -v gpg >/dev/null || { apt-get update -q && apt-get install -y -q --no-install-recommends gnupg; }";
  execFileSync("sh", ["-c", gnupg], { stdio: ["ignore", "inherit", "inherit"] });
  downloadNpmPackages();
  const server = await servePackages();
  return () => server.close();
}
