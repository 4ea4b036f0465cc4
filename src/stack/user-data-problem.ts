import type { Problem } from "../engine/plan-format.ts";
import type { Address } from "../engine/resource.ts";
import type { UserData } from "../image/user-data.ts";

/** An error if the build script exceeds EC2's limit, reported before anything is created. */
export function userDataProblem(address: Address, packed: UserData): readonly Problem[] {
  if (!packed.over) return [];
  const largest = packed.largest.map(({ part, bytes }) => `${part} (${bytes} bytes)`).join(", ");
  return [
    {
      severity: "error",
      address,
      summary: `the image's build script is ${packed.bytes} bytes of compressed user data, and EC2 accepts at most 16384`,
      remedy: `The largest parts are: ${largest}. Fetch large content from a URL instead: application.source accepts a url with a sha256, and image.run can download files.`,
    },
  ];
}
