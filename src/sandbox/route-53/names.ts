/**
 * The form in which Route 53 stores and answers names: lower case, with a trailing dot, and with every character
 * except letters, digits, `-`, `_` and `.` as a backslash and three octal digits ("DNS domain name format", Amazon
 * Route 53 Developer Guide). So `*.Example.com` is `\052.example.com.`.
 */
export function canonical(name: string): string {
  const plain = name
    .replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    .replace(/\.$/, "")
    .toLowerCase();
  const escaped = plain.replace(
    /[^a-z0-9._-]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
  return `${escaped}.`;
}

/** The first label of names that stand for all names below the rest. */
export const ANY_LABEL = "\\052";

/** Why Route 53 does not take a name. Undefined for one that it takes. */
export function problemOf(name: string): string | undefined {
  const labels = name.replace(/\.$/, "").split(".");
  const where = `encountered with '${name}'`;
  if (name === "" || name === ".")
    return `FATAL problem: DomainNameEmpty (Domain name is empty) ${where}`;
  if (labels.includes(""))
    return `FATAL problem: DomainLabelEmpty (Domain label is empty) ${where}`;
  if (labels.some((label) => label.length > 63)) {
    return `FATAL problem: DomainLabelTooLong (Domain label is too long) ${where}`;
  }
  if (name.length > 255)
    return `FATAL problem: DomainNameTooLong (Domain name is too long) ${where}`;
  return undefined;
}

/** Whether a name is the zone's own name or lies in the zone. Both canonical. */
export function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** The name without its first label. */
export function parentOf(name: string): string {
  return name.slice(name.indexOf(".") + 1);
}

/** The name and all names above it, the shortest first: `com.`, `example.com.`, `www.example.com.`. */
export function ancestry(name: string): string[] {
  const labels = name.replace(/\.$/, "").split(".");
  return labels.map((_, index) => `${labels.slice(labels.length - 1 - index).join(".")}.`);
}

/** The order of lists: by the labels from the last to the first ("ListResourceRecordSets", API Reference). */
export function compareNames(one: string, other: string): number {
  const [left, right] = [reversed(one), reversed(other)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function reversed(name: string): string {
  return `${name.replace(/\.$/, "").split(".").reverse().join(".")}.`;
}
