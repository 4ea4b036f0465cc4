/** What is done to a hardened system, and the checks that must fail for it, in their order. */
export type Sabotage = readonly [
  fails: readonly string[],
  what: string,
  command: string,
  /** Why no other row is in the same container. */
  alone?: string,
];
