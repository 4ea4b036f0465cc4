/**
 * Tag for a template that contains bash. Everything stays as written, including backslashes. Only
 * bash's own `${name}` must be written `\${name}`, because a template would replace it. Comments are
 * not part of the script: they would take a sixth of the limited user data.
 */
export function bash(strings: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: strings.raw.map((part) => part.replaceAll("\\${", "${")) }, ...values)
    .replaceAll(/^ *#(?! shellcheck ).*\n/gm, "")
    .replace(/^\n/, "")
    .trimEnd();
}

/**
 * Quotes a text as one word of bash.
 * @throws TypeError for a NUL byte, which no command can receive, and for a line break, which would
 * end the script's line. Texts with several lines are passed line by line.
 */
export function quoteForBash(text: string): string {
  if (/[\0\n]/.test(text)) {
    throw new TypeError(
      `the text must not contain a NUL byte or a line break: ${JSON.stringify(text)}`,
    );
  }
  return `'${text.replaceAll("'", "'\\''")}'`;
}
