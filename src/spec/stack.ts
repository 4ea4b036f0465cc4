import { type Heading, normaliseHeading } from "./heading/normalised.ts";
import type { AnySection } from "./section.ts";
import { sections } from "./sections.ts";
import type { StackFile } from "./stack-file.ts";

/**
 * The stack of a stack file, as the rest of the program reads it: with every default filled in, every
 * duration in seconds, every path absolute, and every shorthand expanded.
 *
 * The absence of an optional field has a meaning, which its comment gives.
 */
export type Stack = Heading & {
  readonly [Name in keyof Normalised as IsOptional<Name> extends true
    ? never
    : Name]: Normalised[Name];
} & {
  readonly [Name in keyof Normalised as IsOptional<Name> extends true
    ? Name
    : never]?: Normalised[Name];
};

type Normalised = {
  readonly [Name in keyof typeof sections]: ReturnType<(typeof sections)[Name]["normalise"]>;
};

type IsOptional<Name extends keyof StackFile> = undefined extends StackFile[Name] ? true : false;

/** What a section may need to know of the rest of the file. */
type Rest = StackFile & {
  /** The folder that the file's paths are relative to. */
  readonly folder: string;
};

/** Expands every shorthand. The file must have passed the schema and the rules. */
export function normalise(file: StackFile, folder: string): Stack {
  return { ...normaliseHeading(file), ...normaliseSections({ ...file, folder }) };
}

function normaliseSections(rest: Rest): Omit<Stack, keyof Heading>;
function normaliseSections(rest: Rest & Readonly<Record<string, unknown>>): object {
  const all: Readonly<Record<string, AnySection<Rest>>> = sections;
  const written = Object.entries(all).filter(([name]) => rest[name] !== undefined);
  return Object.fromEntries(
    written.map(([name, section]) => [name, section.normalise(rest[name], rest)]),
  );
}
