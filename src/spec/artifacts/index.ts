import { defineSection } from "../section.ts";
import { normaliseArtifacts } from "./normalised.ts";
import { artifactsSchema as schema } from "./schema.ts";

/** The bucket for what a build fetches. */
export const artifactsSection = defineSection({ schema, normalise: normaliseArtifacts });
