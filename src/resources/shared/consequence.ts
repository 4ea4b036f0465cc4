import type { Consequence } from "../../engine/presentation.ts";

/** Something that cannot be undone. */
export function lost(text: string): Consequence {
  return { kind: "lost", text: `${text} This cannot be undone.` };
}

/** Something that is unavailable or replaced during the update. */
export function service(text: string): Consequence {
  return { kind: "service", text };
}
