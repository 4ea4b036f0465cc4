import { UserError } from "../engine/errors.ts";
import { fileChangeWords } from "../engine/file-changes.ts";
import { compareListings, type DirectoryListing } from "./listing.ts";
import { readDirectory } from "./read-directory.ts";
import type { Walking } from "./walk.ts";

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
    `${folder}: the directory has changed since the plan: ${fileChangeWords(compareListings(listing.files, now.files)) ?? "other files"}`,
    { remedy: "Create a new plan, review it, and apply the new plan." },
  );
}
