import type { Path } from "../finding.ts";
import type { GroupReference } from "../shared/peer.ts";

/**
 * The security groups that sections use for what they define, with their places, in the order of the file. A
 * section names them in its field `securityGroups`.
 *
 * @param file The whole file, as it was written or normalised.
 */
export function* groupsOfSections(
  file: object,
): Iterable<{ readonly group: GroupReference; readonly path: Path }> {
  const sections: readonly (readonly [string, unknown])[] = Object.entries(file);
  for (const [name, section] of sections) {
    if (!usesGroups(section)) continue;
    for (const [index, group] of section.securityGroups.entries()) {
      yield { group, path: [name, "securityGroups", index] };
    }
  }
}

function usesGroups(
  section: unknown,
): section is { readonly securityGroups: readonly GroupReference[] } {
  return (
    typeof section === "object" &&
    section !== null &&
    "securityGroups" in section &&
    Array.isArray(section.securityGroups)
  );
}
