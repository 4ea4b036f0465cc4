import type { PlanDocument } from "../engine/plan-format.ts";
import type { DesiredResource } from "../engine/resource.ts";
import { typeFor, typesByName } from "../engine/types-by-name.ts";
import { resourceTypes } from "../resources/all.ts";

const types = typesByName(resourceTypes);

/** The files of the private keys that a plan creates. */
export function newKeyFiles(
  { changes }: PlanDocument,
  desired: readonly DesiredResource[],
): readonly string[] {
  const created = new Set(
    changes
      .filter(({ action }) => action === "create" || action === "replace")
      .map(({ address }) => address),
  );
  return desired
    .filter(({ address }) => created.has(address))
    .flatMap(({ address, fields }) => typeFor(types, address).newKeyFile?.(fields) ?? []);
}
