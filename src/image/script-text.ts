/**
 * Decodes text, so that it is readable in the script and compresses to about half the size of Base64.
 * Undefined when the script could not restore the same bytes.
 */
export function textOf(content: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
    return /[^\P{Cc}\t\n]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
