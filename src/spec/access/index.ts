import { defineSection } from "../section.ts";
import { type AccessFile, accessSchema as schema } from "./schema.ts";

/** How people get onto the servers, beside SSH. */
export const accessSection = defineSection({ schema, normalise: (access: AccessFile) => access });
