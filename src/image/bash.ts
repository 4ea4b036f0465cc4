/**
 * Tag for a template that contains bash. Everything stays as written, including backslashes. Only
 * bash's own `${name}` must be written `\${name}`, because a template would replace it. Comments are
 * not part of the script: they would take a sixth of the limited user data.
 *
 * @throws TypeError for a character outside ASCII. The bundler writes the program in ASCII, and would turn it into
 *   an escape sequence, which this tag does not change back.
 */
export function bash(strings: TemplateStringsArray, ...values: readonly string[]): string {
  const script = String.raw(
    { raw: strings.raw.map((part) => part.replaceAll("\\${", "${")) },
    ...values,
  )
    .replaceAll(/^ *#.*\n/gm, "")
    .replace(/^\n/, "")
    .trimEnd();
  if (/[^\0-\x7f]/.test(script)) throw new TypeError(`the script is not in ASCII: ${script}`);
  return script;
}

/**
 * Quotes a text as one word of bash.
 * @throws TypeError for a NUL byte, which no command can receive, and for a line break, which would
 * end the script's line. Texts with several lines are passed line by line. A word of harmless characters stays bare.
 */
export function quoteForBash(text: string): string {
  if (/[\0\n]/.test(text)) {
    throw new TypeError(
      `the text must not contain a NUL byte or a line break: ${JSON.stringify(text)}`,
    );
  }
  return /^[\w./:=@%+,-]+$/.test(text) ? text : inSingleQuotes(text);
}

/** A word of bash that may have several lines. */
export function inSingleQuotes(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
