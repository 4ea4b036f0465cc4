import { quote } from "../image/bash.ts";

/**
 * An AWS CLI command for a remedy, ready to copy into a shell. A list becomes several words. An empty
 * text makes an option without a value.
 */
export function awsCommand(
  region: string,
  operation: string,
  options: Readonly<Record<string, string | readonly string[]>>,
): string {
  const words = Object.entries({ ...options, region }).flatMap(([name, value]) => [
    `--${name}`,
    ...[value].flat().filter((word) => word !== ""),
  ]);
  return ["aws", ...operation.split(" "), ...words.map(word)].join(" ");
}

/** Quotes a word only if the shell requires it. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quote(text);
}
