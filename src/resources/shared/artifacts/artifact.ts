/**
 * A content in a bucket that a build fetches: its script, or an application. It is named by its hash, so that storing
 * it again changes nothing. The object is gzipped.
 */
export interface Artifact {
  readonly bucket: string;
  readonly key: string;
  /** Of the content, before it was gzipped: 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Where a stack stores what one of its builds fetches. */
export interface ArtifactPlace {
  readonly bucket: string;
  readonly stack: string;
  /** The image's physical name. */
  readonly image: string;
}

export function artifactIn(place: ArtifactPlace, sha256: string): Artifact {
  return { bucket: place.bucket, key: `${folderOf(place)}${sha256}`, sha256 };
}

/**
 * The beginning of the keys of a build's contents. Stacks may share a bucket, so each has a folder of its own. In it
 * each image has one, so that removing an interrupted build's contents cannot remove those of another build.
 */
export function folderOf({ stack, image }: Pick<ArtifactPlace, "stack" | "image">): string {
  // An image's name may contain slashes and points, and "a/../b" is another place.
  return `reconcile/${stack}/${image.replaceAll(/[^\w-]/g, "_")}/`;
}
