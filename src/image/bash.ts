/**
 * Tag of a template that holds bash: everything stays as written, backslashes too, except that
 * bash's own `${name}` is written `\${name}`, because a template would take it for itself. Comments
 * stay here: user data is short of room, and they would take a sixth of it.
 */
export function bash(strings: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: strings.raw.map((part) => part.replaceAll("\\${", "${")) }, ...values)
    .replaceAll(/^ *#(?! shellcheck ).*\n/gm, "")
    .replace(/^\n/, "")
    .trimEnd();
}

/** One word of bash that means exactly that text, whatever is in it. */
export function quote(text: string): string {
  if (text.includes("\0")) throw new TypeError("a NUL byte cannot be passed to a command");
  return `'${text.replaceAll("'", "'\\''")}'`;
}
