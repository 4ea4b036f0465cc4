import { imageAuditOf } from "../image-audit.ts";
import { neutralize, type Paint } from "../text.ts";
import type { StatusDocument } from "../view.ts";
import { describeAge, nothingThere } from "../wording.ts";
import { outputsBlock } from "./outputs-block.ts";
import { planProblemLines } from "./problem-lines.ts";

/**
 * Tables of resources and instances, rollouts under way, the image's origin and checks, and the outputs.
 *
 * @param now Milliseconds since the epoch, for the instances' age.
 */
export function statusLines(document: StatusDocument, now: number, paint: Paint): string[] {
  const lines = [`Stack ${neutralize(document.stack)} in ${neutralize(document.region)}`, ""];
  if (document.resources.length === 0) {
    const problems = document.problems.flatMap((problem) => [
      "",
      ...planProblemLines(problem, paint),
    ]);
    return [...lines, nothingThere(document.problems), ...problems];
  }
  lines.push(
    ...table(
      ["RESOURCE", "ID", "STATUS"],
      document.resources.map(({ address, id, status, reason }) => [
        address,
        id,
        reason === undefined ? status : `${status}: ${reason}`,
      ]),
      paint,
    ),
  );
  if (document.instances.length > 0) {
    lines.push(
      "",
      ...table(
        ["INSTANCE", "ZONE", "AGE", "IMAGE", "LIFECYCLE", "HEALTH"],
        document.instances.map(({ id, zone, launchedAt, image, lifecycle, health, reason }) => [
          id,
          zone,
          describeAge(launchedAt, now),
          image,
          lifecycle,
          reason === undefined ? health : `${health}: ${reason}`,
        ]),
        paint,
      ),
    );
  }
  for (const { group, status, percent, reason } of document.rollouts) {
    const why = reason === undefined ? "" : `: ${neutralize(reason)}`;
    lines.push("", `Rollout of ${neutralize(group)}: ${neutralize(status)}, ${percent} %${why}`);
  }
  for (const problem of document.problems) lines.push("", ...planProblemLines(problem, paint));
  const audit = imageAuditOf(document);
  if (audit !== undefined) {
    lines.push("", paint("gray", "IMAGE"), audit.origin, audit.checks);
  }
  return [...lines, ...outputsBlock(document.outputs)];
}

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string[] {
  const clean = [head, ...rows].map((row) => row.map(neutralize));
  const widths = head.map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0)));
  return clean.map((row, index) => {
    const text = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
    return index === 0 ? paint("gray", text.trimEnd()) : text.trimEnd();
  });
}
