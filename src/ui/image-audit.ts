import { neutralize, plural } from "./text.ts";
import type { StatusDocument } from "./view.ts";

/** Audit information about the image of new servers. */
export interface ImageAuditWords {
  readonly origin: string;
  readonly checks: string;
}

/** Undefined when the stack has no finished image. */
export function imageAuditOf({ resources, outputs }: StatusDocument): ImageAuditWords | undefined {
  const image = outputs["image"];
  const found = resources.find(({ id, type }) => id === image && type === "image");
  if (found === undefined) return undefined;
  const told = (name: string) => {
    const value = found.outputs[name];
    return typeof value === "string" && value !== "" ? neutralize(value) : undefined;
  };
  const system = [told("family"), told("release")].filter((word) => word !== undefined);
  return {
    origin: [
      neutralize(found.id),
      `built ${moment(told("builtAt"))}`,
      `from ${system.join(" ") || "an unknown system"} (${told("base") ?? "base unknown"})`,
    ].join(" "),
    checks: checksOf(found.outputs["checksPassed"]),
  };
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
    ? `${plural(count, "check")} passed`
    : "The image's tags do not say which checks the image passed.";
}
