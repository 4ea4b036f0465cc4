import { defineSection } from "../section.ts";
import { normaliseKeyPair } from "./normalised.ts";
import { keyPairRules } from "./rules.ts";
import { keyPairSchema as schema } from "./schema.ts";

/** The SSH key for logging in to the servers. */
export const keyPairSection = defineSection({
  schema,
  rules: keyPairRules,
  normalise: normaliseKeyPair,
});
