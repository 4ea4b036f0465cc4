/** Marks unknown content in a text. */
export const UNKNOWN = "\u{F8FF}";
