import { typeOf } from "../../engine/address.ts";
import type { Live } from "../../engine/resource.ts";
import { fieldOf } from "../../engine/values.ts";
import { image } from "../image/index.ts";
import { launchTemplate } from "../launch-template/index.ts";

/**
 * The architecture of the instance type in the stack's launch template, by type: that of the template's
 * image, because servers run with both. So a plan that keeps the type does not have to ask AWS.
 */
export function runningArchitectures(
  live: readonly Live[],
): ReadonlyMap<string, readonly string[]> {
  const finished = live.filter(({ status }) => status === "ready");
  const ofType = (type: { readonly name: string }) =>
    finished.filter(({ address }) => typeOf(address) === type.name);
  return new Map(
    ofType(launchTemplate).flatMap(({ fields }) => {
      const type = fieldOf(fields, "instanceType");
      const started = ofType(image).find(({ id }) => id === fieldOf(fields, "imageId"));
      const architecture = started && fieldOf(started.outputs, "architecture");
      if (typeof type !== "string" || typeof architecture !== "string") return [];
      return [[type, [architecture]] as const];
    }),
  );
}
