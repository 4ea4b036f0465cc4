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

/** Stacks may share a bucket, so each has a folder of its own. */
export function artifactIn(bucket: string, stack: string, sha256: string): Artifact {
  return { bucket, key: `reconcile/${stack}/${sha256}`, sha256 };
}
