import { defineSection } from "../section.ts";
import { normaliseRole } from "./normalised.ts";
import { roleRules } from "./rules.ts";
import { roleSchema as schema } from "./schema.ts";

/** What the servers may do in AWS. */
export const roleSection = defineSection({
  schema,
  rules: roleRules,
  normalise: normaliseRole,
  misnomers: [
    {
      at: "allow.*",
      names: ["action", "Action"],
      help: "write the actions as a list: actions: [s3:GetObject]",
    },
    {
      at: "allow.*",
      names: ["resources", "resource", "Resource"],
      help: 'write the resources in on: on: ["arn:aws:s3:::assets/*"]',
    },
  ],
});
