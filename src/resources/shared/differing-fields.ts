import { canonicalJson } from "../../engine/values.ts";

/** The named fields whose values differ. Both sides are normalised. */
export function differingFields<P extends object>(
  one: P,
  other: P,
  named: readonly (keyof P & string)[],
): (keyof P & string)[] {
  return named.filter((field) => canonicalJson(one[field]) !== canonicalJson(other[field]));
}

/** Around an update: sets only what differs, because an interrupted create or update may have set some fields already. */
export async function setDiffering<P extends object, Made extends { readonly fields: P }>(
  { live, fields }: { readonly live: Made; readonly fields: P },
  changed: readonly (keyof P & string)[],
  set: (changed: readonly (keyof P & string)[]) => Promise<Made>,
): Promise<Made> {
  const differing = differingFields(live.fields, fields, changed);
  return differing.length === 0 ? live : set(differing);
}
