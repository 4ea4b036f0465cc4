import type { Ran } from "./programs.ts";

/** What is compared: the example tier, or many security groups. */
export type Situation = "example" | "groups";

export const groupCount = 50;

/** Where a contestant works: an empty folder, and an empty account. */
export interface Place {
  readonly folder: string;
  readonly situation: Situation;
  readonly env: Readonly<Record<string, string>>;
}

/** A program that keeps an account in line with a description. */
export interface Contestant {
  /** Name and version. */
  readonly name: string;
  /** Creates everything that the description says. */
  create(): Promise<void>;
  /** Compares the account with the description, where both are the same. */
  plan(): Promise<Ran>;
}

/** Finds the program and writes its description into the place. Tells why if it cannot. */
export type Entry = (place: Place) => Promise<Contestant | { readonly missing: string }>;
