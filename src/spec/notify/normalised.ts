import type { NotifiedPlace } from "./notified-place.ts";
import type { NotifiedEvent, NotifyFile } from "./schema.ts";

/** Who is notified, and of what. */
export interface Notify {
  readonly to: readonly NotifiedPlace[];
  readonly on: readonly NotifiedEvent[];
}

export function normaliseNotify({ to, on }: NotifyFile): Notify {
  return { to, on };
}
