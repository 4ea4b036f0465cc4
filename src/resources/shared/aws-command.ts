import { quoteForShell } from "../../aws/quote-for-shell.ts";

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
  return ["aws", ...operation.split(" "), ...words.map(quoteForShell)].join(" ");
}
