import { type DirectoryListing, requireListing } from "./listing.ts";
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
  requireListing(folder, listing, now);
  return archive;
}
