import { defineSection } from "../section.ts";
import { normaliseImage } from "./normalised.ts";
import { imageRules } from "./rules.ts";
import { imageSchema as schema } from "./schema.ts";

/** The machine image that every server starts from. */
export const imageSection = defineSection({
  schema,
  rules: imageRules,
  normalise: normaliseImage,
  misnomers: [
    {
      at: "files.*",
      names: ["source", "src", "file"],
      help: "write the text of the file in content",
    },
  ],
});
