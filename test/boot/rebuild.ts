import { createHash } from "node:crypto";

/** The calls between the marks, line by line. */
export function bodyOf(script: string): readonly string[] {
  const lines = script.split("\n");
  return lines.slice(lines.indexOf("# reconcile-body") + 1, lines.indexOf("# reconcile-end"));
}

/** The same script with another body, and a hash of its own: what a sabotage is made of. */
export function withBody(
  script: string,
  body: readonly string[],
  change: (runtime: string) => string = (runtime) => runtime,
): { readonly script: string; readonly hash: string } {
  const begin = script.indexOf("# reconcile-body\n") + "# reconcile-body\n".length;
  const end = script.indexOf("# reconcile-end\n");
  const checks = body.filter((line) => line.startsWith("check ")).length;
  const blank =
    `${change(script.slice(0, begin))}${body.map((line) => `${line}\n`).join("")}${script.slice(end)}`
      .replaceAll(/(?<=\bhash=|\bHASH=)[0-9a-f]{64}/g, "0".repeat(64))
      .replaceAll(/(?<=\bsteps=|\bSTEPS=)\d+/g, String(body.length - checks))
      .replaceAll(/(?<=\bchecks=|\bCHECKS=)\d+/g, String(checks));
  const hash = createHash("sha256").update(blank).digest("hex");
  return { script: blank.replaceAll("0".repeat(64), hash), hash };
}
