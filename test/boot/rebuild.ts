import { createHash } from "node:crypto";

/** The calls between the marks, line by line. */
export function bodyOf(script: string): readonly string[] {
  const lines = script.split("\n");
  return lines.slice(lines.indexOf("# reconcile-body") + 1, lines.indexOf("# reconcile-end"));
}

/** The checks of a body that run after its restart, in order, each as a line of its own. */
export function afterRestart(body: readonly string[]): readonly string[] {
  const end = body.findIndex((line) => line.startsWith("list_packages"));
  const lines = body.slice(body.indexOf("restart_system") + 1, end);
  const repeated = body
    .filter((line) => line.startsWith("check_twice "))
    .map((line) => line.replace("check_twice ", "check boot:"));
  return lines.flatMap((line) => (line === "repeat_checks" ? repeated : [line]));
}

/**
 * Commands of a build for a system that later builds only verify: the end of a build removes what it has noted of the
 * packages, which its checks need.
 */
export const keepNotes = "cp -a /var/lib/reconcile /var/lib/noted";
export const restoreNotes =
  "cp /var/lib/noted/{changed,links,privileged,rules} /var/lib/reconcile/";

/** The same script with another body, and a hash of its own: what a sabotage is made of. */
export function withBody(
  script: string,
  body: readonly string[],
  change: (runtime: string) => string = (runtime) => runtime,
): { readonly script: string; readonly hash: string } {
  const begin = script.indexOf("# reconcile-body\n") + "# reconcile-body\n".length;
  const end = script.indexOf("# reconcile-end\n");
  const isRepeated = body.includes("repeat_checks");
  const once = body.filter((line) => line.startsWith("check ")).length;
  const twice = body.filter((line) => line.startsWith("check_twice ")).length;
  const checks = once + twice * (isRepeated ? 2 : 1);
  const steps = body.length - once - twice - (isRepeated ? 1 : 0);
  const blank =
    `${change(script.slice(0, begin))}${body.map((line) => `${line}\n`).join("")}${script.slice(end)}`
      .replaceAll(/(?<=\bhash=|\bHASH=)[0-9a-f]{64}/g, "0".repeat(64))
      .replaceAll(/(?<=\bsteps=|\bSTEPS=)\d+/g, String(steps))
      .replaceAll(/(?<=\bchecks=|\bCHECKS=)\d+/g, String(checks));
  const hash = createHash("sha256").update(blank).digest("hex");
  return { script: blank.replaceAll("0".repeat(64), hash), hash };
}
