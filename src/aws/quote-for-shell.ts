/** Quotes a word for a POSIX shell, if it needs quotes. */
export function quoteForShell(word: string): string {
  if (/^[\w./:=,@%+-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}
