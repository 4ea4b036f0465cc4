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

/**
 * One word of bash that means exactly that text, whatever else is in it.
 * @throws TypeError for a NUL byte, which no command can be given, and for a line break, which would
 * end the script's line: texts of several lines are passed line by line.
 */
export function quote(text: string): string {
  if (/[\0\n]/.test(text)) {
    throw new TypeError(`neither a NUL byte nor a line break may be in ${JSON.stringify(text)}`);
  }
  return `'${text.replaceAll("'", "'\\''")}'`;
}
