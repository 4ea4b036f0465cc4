/** A text that clears the screen and turns round what follows, and says where it stood. */
export function evil(where: string): string {
  return `${where}\u001b[2J\u202e`;
}

/** The same, made visible. */
export function shown(where: string): string {
  return `${where}\\u001b[2J\\u202e`;
}

/** What a terminal would obey, other than the end of a line. */
export const unsafe = /[^\P{Cc}\n]|\u202e/u;
