import { nearestWord } from "../explain/nearest.ts";
import { quote } from "../finding.ts";
import { Mistake } from "./scalar.ts";
import { text } from "./text.ts";

/** AWS's default for a scheduled action (PutScheduledUpdateGroupAction). */
export const UTC = "Etc/UTC";

/**
 * Names that the runtime reads but does not list: it lists each zone once, some by an older name. AWS takes "the
 * canonical names of the IANA time zones".
 */
const UNLISTED = [
  UTC,
  "America/Argentina/Buenos_Aires",
  "America/Nuuk",
  "Asia/Ho_Chi_Minh",
  "Asia/Kathmandu",
  "Asia/Kolkata",
  "Asia/Yangon",
  "Atlantic/Faroe",
  "Europe/Kyiv",
  "Pacific/Kanton",
];

/** A zone of the IANA time zone database, by its name with an area: `Australia/Sydney`. */
export function timeZone() {
  return text({
    what: "a time zone",
    pattern: /^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+)+$/,
    longest: 255,
    example: "Australia/Sydney",
    check: wrongZone,
  });
}

function wrongZone(name: string): Mistake | undefined {
  if (name === UTC) return undefined;
  if (/^(utc|gmt|z|zulu|etc\/utc)$/i.test(name)) {
    return new Mistake(`${quote(name)} is not a name that AWS documents`, `write zone: ${UTC}`);
  }
  const offset = offsetHelp(name);
  if (offset !== undefined) {
    return new Mistake(`expected the name of a time zone, but this is ${quote(name)}`, offset);
  }
  const spelled = name.includes("/") && isReadable(name) ? properlySpelled(name) : undefined;
  if (spelled === name) return undefined;
  return new Mistake(
    `${quote(name)} is not a time zone of the IANA database`,
    spelled === undefined ? helpFor(name) : `write zone: ${spelled}`,
  );
}

/** The runtime ignores case in names of zones. AWS does not say whether it does. */
function properlySpelled(name: string): string {
  const same = (other: string) => other.toLowerCase() === name.toLowerCase();
  const canonical = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  const known = [canonical, ...UNLISTED].find(same);
  if (known !== undefined) return known;
  // An older name of a zone, which the runtime reads as the usual one. Its parts begin with capital letters.
  return /(^|\/)[a-z]/.test(name) ? canonical : name;
}

function isReadable(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function helpFor(name: string): string {
  const zones = knownZones();
  const city = name.toLowerCase().replaceAll(/[\s-]+/g, "_");
  const near =
    zones.find((zone) => zone.toLowerCase().endsWith(`/${city}`)) ?? nearestWord(name, zones);
  return near === undefined
    ? "use a name with an area and a city: Australia/Sydney, Europe/Berlin, or Etc/UTC"
    : `did you mean ${near}?`;
}

function knownZones(): readonly string[] {
  return [...UNLISTED, ...Intl.supportedValuesOf("timeZone").filter((zone) => zone.includes("/"))];
}

/** The runtime reads `+10:00`. AWS takes names only, and those of whole hours count westwards. */
function offsetHelp(written: string): string | undefined {
  const match = /^(?:utc|gmt)?([+-])(\d{1,2})(?::?(\d{2}))?$/i.exec(written);
  if (match === null) return undefined;
  const [, sign, hours, minutes = "00"] = match;
  const name = `Etc/GMT${sign === "+" ? "-" : "+"}${Number(hours)}`;
  return Number(minutes) === 0 && isReadable(name)
    ? `write the name of a place, such as Australia/Sydney, or ${name}: in these names, the sign is the other way round`
    : "write the name of a place with this time, in the form Australia/Adelaide";
}
