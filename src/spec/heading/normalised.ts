import type { HeadingFile } from "./schema.ts";

export interface Heading {
  readonly version: 1;
  /** The stack's name, which is also the name of every section that exists once (`image/<stack>`). */
  readonly stack: string;
  /** Absent: the region of the AWS chain. */
  readonly region?: string;
  /** Put on every resource, in addition to the program's own tags. */
  readonly tags: Readonly<Record<string, string>>;
}

export function normaliseHeading({ version, stack, region, tags }: HeadingFile): Heading {
  return { version, stack, ...(region === undefined ? {} : { region }), tags: { ...tags } };
}
