/** That some work failed, and how. */
export interface Failed {
  readonly error: unknown;
}

/** Does the work. Undefined if it succeeds. */
export async function failureOf(work: () => Promise<void>): Promise<Failed | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return { error };
  }
}
