import { UserError } from "../engine/errors.ts";
import { compareListings, type DirectoryListing, type ListingDifference } from "./listing.ts";
import { readDirectory } from "./read-directory.ts";
import type { Walking } from "./walk.ts";

/** More paths would hide what to do. */
const MOST_NAMED = 5;

/**
 * The tar archive of a directory, as a listing describes it.
 *
 * @throws UserError if the directory has changed since the listing.
 */
export async function packDirectory(
  folder: string,
  listing: DirectoryListing,
  walking: Walking = {},
): Promise<Uint8Array> {
  const archive = Buffer.alloc(listing.bytes);
  let length = 0;
  const now = await readDirectory(folder, {
    ...walking,
    archive: (part) => {
      // A directory that has grown is refused below.
      if (length + part.length <= archive.length) archive.set(part, length);
      length += part.length;
    },
  });
  if (now.sha256 === listing.sha256) return archive;
  throw new UserError(
    `${folder}: the directory has changed since the plan: ${differenceWords(compareListings(listing.files, now.files))}`,
    { remedy: "Create a new plan, review it, and apply the new plan." },
  );
}

/** `changed: app.py; added: a.css, b.css and 12 more` */
function differenceWords({ changed, added, removed }: ListingDifference): string {
  return Object.entries({ changed, added, removed })
    .filter(([, paths]) => paths.length > 0)
    .map(([what, paths]) => {
      const more = paths.length > MOST_NAMED ? ` and ${paths.length - MOST_NAMED} more` : "";
      return `${what}: ${paths.slice(0, MOST_NAMED).join(", ")}${more}`;
    })
    .join("; ");
}
