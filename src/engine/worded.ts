const worded = Symbol.for("reconcile-aws.worded");

/**
 * A part of a plan's value that a person reads as words. JSON has the words, too. It differs from any
 * text that reads the same, because a user may have written that.
 *
 * The bundle of the live view contains this module again, so neither `instanceof` nor `===` recognizes what
 * the program's bundle made. Use the functions below.
 */
export class Worded {
  readonly words: string;

  constructor(words: string) {
    this.words = words;
  }

  get [worded](): true {
    return true;
  }

  toJSON(): string {
    return this.words;
  }
}

/** Stands in a live value for a part that AWS does not store, such as the text behind a digest. */
export const NOT_STORED = new Worded("not stored in AWS");

/** Stands in a wanted value for a part that only an apply can tell. */
export const KNOWN_AFTER_APPLY = new Worded("known after apply");

export function isWorded(value: unknown): value is Worded {
  return typeof value === "object" && value !== null && worded in value;
}

export function isNotStored(value: unknown): boolean {
  return isWorded(value) && value.words === NOT_STORED.words;
}

export function isKnownAfterApply(value: unknown): boolean {
  return isWorded(value) && value.words === KNOWN_AFTER_APPLY.words;
}

/** Several values of a live object in the place of one wanted value. */
export class Several extends Worded {
  constructor(values: readonly string[]) {
    super(values.join(" and "));
  }
}
