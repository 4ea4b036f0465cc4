import { defineSection } from "../section.ts";
import { normaliseApplication } from "./normalised.ts";
import { applicationRules } from "./rules.ts";
import { applicationSchema as schema } from "./schema.ts";

/** The application that the servers run. */
export const applicationSection = defineSection({
  schema,
  rules: applicationRules,
  normalise: normaliseApplication,
  misnomers: [
    {
      at: "source",
      names: ["path", "src", "source"],
      help: "name a file with file: ./app.py, a directory with directory: ./shop, or an address with url and sha256",
    },
    {
      at: "source",
      names: ["dir", "folder"],
      help: "name a directory with directory: ./shop",
    },
  ],
});
