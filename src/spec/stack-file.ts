import { z } from "zod";
import { heading } from "./heading/schema.ts";
import { sections } from "./sections.ts";

/** The whole file. */
export const stackFile = z.strictObject({ ...heading, ...schemasOf(sections) }).meta({
  title: "Stack file",
  description: "The desired state of one self-healing web tier on AWS.",
});

/** A file that passed the schema: defaults filled in, shorthands not expanded yet. */
export type StackFile = z.output<typeof stackFile>;

type Schemas<All> = { [Name in keyof All]: All[Name] extends { schema: infer S } ? S : never };

function schemasOf<All extends Readonly<Record<string, { readonly schema: z.ZodType }>>>(
  all: All,
): Schemas<All>;
function schemasOf(all: Readonly<Record<string, { readonly schema: z.ZodType }>>): object {
  return Object.fromEntries(Object.entries(all).map(([name, { schema }]) => [name, schema]));
}
