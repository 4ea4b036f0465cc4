import type { Live } from "../../engine/live.ts";
import type { StatusPart } from "../../engine/status-format.ts";
import { fieldOf } from "../../engine/values.ts";
import type { ResourceContext } from "../shared/context.ts";
import { finishedImages, launchedIds } from "./launched.ts";

/** The finished images, the newest first. New servers start from the image in the launch template. */
export async function status(
  _context: ResourceContext,
  live: Promise<readonly Live[]>,
): Promise<StatusPart> {
  const all = await live;
  const launched = launchedIds(all);
  return {
    images: finishedImages(all).map(({ id, outputs }) => ({
      id,
      builtAt: textOf(fieldOf(outputs, "builtAt")),
      release: textOf(fieldOf(outputs, "release")),
      current: launched.has(id),
    })),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
