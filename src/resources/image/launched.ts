import { typeOf } from "../../engine/address.ts";
import type { Live } from "../../engine/resource.ts";
import { fieldOf } from "../../engine/values.ts";
import { readBill } from "./bill.ts";

/** The ids of the images that new servers start from, as the launch templates say. */
export function launchedIds(live: readonly Live[]): ReadonlySet<unknown> {
  return new Set(
    live
      .filter(({ address }) => typeOf(address) === "launch-template")
      // `uses` also has the images of versions that a rollback may need.
      .map(({ fields }) => fieldOf(fields, "imageId")),
  );
}

/** The finished image of the stack that new servers start from. */
export function launchedImage(live: readonly Live[]): Live | undefined {
  const launched = launchedIds(live);
  return finishedImages(live).find(({ id }) => launched.has(id));
}

/** The finished images of the stack, the newest first. */
export function finishedImages(live: readonly Live[]): readonly Live[] {
  return live
    .filter(({ address, status }) => typeOf(address) === "image" && status === "ready")
    .toSorted((one, other) => other.createdAt - one.createdAt);
}

/** The URLs of a live image's packages. Undefined if its snapshots do not record them. */
export function listedPackages({ fields }: Live): readonly string[] | undefined {
  const bill = fieldOf(fields, "bill");
  return typeof bill === "string" ? readBill(bill) : undefined;
}

/** The image that new servers start from; without a launch template, the newest. Undefined if the stack has none. */
export function imageInUse(live: readonly Live[]): Live | undefined {
  return launchedImage(live) ?? finishedImages(live)[0];
}
