import { quote } from "../image/bash.ts";

/**
 * A command of the AWS CLI for a remedy, to be copied into a shell. A value that is a list stands as
 * several words; an empty text makes an option without a value.
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

/** Quoted only where there is need. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quote(text);
}
