import { typeOf } from "../../engine/address.ts";
import type { Live } from "../../engine/live.ts";
import type { StatusPart } from "../../engine/status-format.ts";
import { fieldOf } from "../../engine/values.ts";
import type { ResourceContext } from "../shared/context.ts";

/** The finished images, the newest first. New servers start from the image in the launch template. */
export async function status(
  _context: ResourceContext,
  live: Promise<readonly Live[]>,
): Promise<StatusPart> {
  const all = await live;
  const launched = new Set(
    all
      .filter(({ address }) => typeOf(address) === "launch-template")
      // `uses` also has the images of versions that a rollback may need.
      .map(({ fields }) => fieldOf(fields, "imageId")),
  );
  return {
    images: all
      .filter(({ address, status }) => typeOf(address) === "image" && status === "ready")
      .toSorted((one, other) => other.createdAt - one.createdAt)
      .map(({ id, outputs }) => ({
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
