import type { Details } from "../../engine/presentation.ts";
import type { ImageOutputs } from "./live.ts";

type Told = Parameters<Details<ImageOutputs>["lines"]>[1];

/** Audit information about the image of new servers. */
export const details: Details<ImageOutputs> = {
  heading: "IMAGE",
  lines: (id, outputs) => [originOf(id, outputs), checksOf(outputs.checksPassed)],
};

function originOf(id: string, { family, release, base, builtAt }: Told): string {
  const system = [told(family), told(release)].filter((word) => word !== undefined);
  return [
    id,
    `built ${moment(told(builtAt))}`,
    `from ${system.join(" ") || "an unknown system"} (${told(base) ?? "base unknown"})`,
  ].join(" ");
}

function told(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function moment(time: string | undefined): string {
  const date = new Date(time ?? "");
  return Number.isNaN(date.getTime())
    ? "at an unknown time"
    : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** `reconcile image --checks` lists them by name. */
function checksOf(count: unknown): string {
  return typeof count === "number"
    ? `${count} ${count === 1 ? "check" : "checks"} passed`
    : "The image's tags do not say which checks the image passed.";
}
