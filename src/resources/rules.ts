import type { FieldRule } from "../engine/resource.ts";

/** The user's tags can always be changed in place. */
export const tagsRule: FieldRule<Readonly<Record<string, string>>> = { onChange: "update" };

/** Needed for making; AWS does not tell it back. */
export const writeOnlyRule: FieldRule<never> = { onChange: "update", writeOnly: true };
