import type { Problem } from "../engine/plan-format.ts";
import type { Address } from "../engine/resource.ts";
import type { UserData } from "../image/user-data.ts";

/** An error where a build script is more than EC2 takes: told before anything is made. */
export function userDataProblem(address: Address, packed: UserData): readonly Problem[] {
  if (!packed.over) return [];
  const largest = packed.largest.map(({ part, bytes }) => `${part} (${bytes} bytes)`).join(", ");
  return [
    {
      severity: "error",
      address,
      summary: `the image's build script takes ${packed.bytes} bytes as user data, packed, and EC2 takes at most 16384`,
      remedy: `The largest parts are: ${largest}. Fetch large content from a URL instead: application.source takes one with a sha256, and image.run may download what it needs.`,
    },
  ];
}
