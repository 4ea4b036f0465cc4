import type { z } from "zod";
import type { Finding } from "./finding.ts";

/**
 * A section of the stack file. Its folder holds everything about it, and one line in `sections.ts` adds it
 * to the file.
 */
export interface Section<Schema extends z.ZodType, Normalised, Rest> {
  /** What a person may write. It fills in the defaults that depend on nothing else. */
  readonly schema: Schema;
  /** The rules that look at this section alone. Rules about several sections are in `rules`. */
  rules?(section: Written<Schema>): Iterable<Finding>;
  /**
   * Writes out every shorthand and every default. Called only for a section that the file has, and only if
   * the file has no errors.
   */
  normalise(section: Written<Schema>, rest: Rest): Normalised;
  readonly misnomers?: readonly Misnomer[];
  /** Names that people expect the section itself to have. */
  readonly otherNames?: readonly string[];
}

/** A section that passed its schema. */
export type Written<Schema extends z.ZodType> = Exclude<z.output<Schema>, undefined>;

/** Fields that people expect in a place because other tools have them, or another section. */
export interface Misnomer {
  /** The place inside the section, where `*` is any item or name: `files.*`. Empty: the section itself. */
  readonly at: string;
  readonly names: readonly string[];
  /** What to write instead. */
  readonly help: string;
}

/** A section without the types of its fields. Every `Section` is one, as every `ResourceType` is an `AnyResourceType`. */
export interface AnySection<Rest> {
  readonly schema: z.ZodType;
  rules?(section: unknown): Iterable<Finding>;
  normalise(section: unknown, rest: Rest): unknown;
  readonly misnomers?: readonly Misnomer[];
  readonly otherNames?: readonly string[];
}

/** Checks that the parts of a section fit together. */
export function defineSection<Schema extends z.ZodType, Normalised, Rest>(
  section: Section<Schema, Normalised, Rest>,
): Section<Schema, Normalised, Rest> {
  return section;
}
