/**
 * Tag for a template that contains bash. Everything stays as written, including backslashes. Only
 * bash's own `${name}` must be written `\${name}`, because a template would replace it. Comments are
 * not part of the script: they would take a sixth of the limited user data. Nor are empty lines, indentation and the
 * ends of continued lines, which take some hundred bytes even when compressed. Documents of another language
 * (`<<'END'`) keep their indentation.
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
    .replaceAll(/ \\\n */g, " ")
    .replaceAll(/^\n/gm, "")
    .trimEnd();
  if (/[^\0-\x7f]/.test(script)) throw new TypeError(`the script is not in ASCII: ${script}`);
  return withoutIndentation(script);
}

function withoutIndentation(script: string): string {
  let end: string | undefined;
  const lines = script.split("\n").map((line) => {
    if (end === undefined) {
      end = /<<'(\w+)'/.exec(line)?.[1];
      // Only the end of a function begins with a brace (needed-functions.ts).
      return line.replace(/^ +(?=\})/, " ").replace(/^ +(?!\})/, "");
    }
    if (line === end) end = undefined;
    return line;
  });
  return lines.join("\n");
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
