/**
 * A content in a bucket that a build fetches: its script. It is named by its hash, so that storing it again changes
 * nothing.
 */
export interface Artifact {
  readonly bucket: string;
  readonly key: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Where a stack stores what one of its builds fetches. */
export interface ArtifactPlace {
  readonly bucket: string;
  readonly stack: string;
  /** The image's physical name. */
  readonly image: string;
}

/**
 * Stacks may share a bucket, so each has a folder of its own. In it each image has one, so that removing an
 * interrupted build's content cannot remove that of another build.
 */
export function artifactIn({ bucket, stack, image }: ArtifactPlace, sha256: string): Artifact {
  // An image's name may contain slashes and points, and "a/../b" is another place.
  const folder = image.replaceAll(/[^\w-]/g, "_");
  return { bucket, key: `reconcile/${stack}/${folder}/${sha256}`, sha256 };
}
