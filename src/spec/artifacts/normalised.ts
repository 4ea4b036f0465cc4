import type { ArtifactsFile } from "./schema.ts";

/** Absent: the stack creates a bucket of its own when a build needs one. */
export interface Artifacts {
  /** The name of an existing bucket. */
  readonly bucket: string;
}

export function normaliseArtifacts({ bucket }: ArtifactsFile): Artifacts {
  return { bucket };
}
