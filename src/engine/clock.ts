/**
 * The time that waits and deadlines are written in: AWS's. Against the real AWS it is the wall
 * clock; the sandbox brings its own, so that a speed factor compresses every wait alike.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after so many milliseconds of this clock; rejects at once when the signal is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
