import { quote, shown } from "../finding.ts";
import { Mistake, scalar } from "./scalar.ts";

/** The size of a disk, `20GiB`, within limits in GiB. The parsed value is GiB. */
export function diskSize(limits: { readonly least: number; readonly most: number }) {
  return scalar({ type: "string", pattern: "^[0-9]+GiB$", examples: ["20GiB"] }, (value, written) =>
    parseSize(value, written, limits),
  );
}

function parseSize(
  value: unknown,
  written: string,
  { least, most }: { readonly least: number; readonly most: number },
): number | Mistake {
  const usual = `write a whole number of GiB between ${least} and ${most}: 20GiB`;
  if (typeof value === "number") {
    return new Mistake(
      `the size ${shown(written)} has no unit`,
      /^[1-9]\d*$/.test(written) ? `write ${written}GiB` : usual,
    );
  }
  const [, count, unit] = (typeof value === "string" && /^(\d+) ?([A-Za-z]+)$/.exec(value)) || [];
  if (count === undefined || unit === undefined) {
    return new Mistake(`expected a size, but this is ${quote(value, written)}`, usual);
  }
  if (value !== `${count}GiB`) {
    // EBS counts in GiB, whatever people call it.
    const meant = /^gi?b?$/i.test(unit) ? `write ${count}GiB` : usual;
    return new Mistake(`${quote(value)} is not a valid size`, meant);
  }
  const size = Number(count);
  if (size >= least && size <= most) return size;
  return new Mistake(`${quote(value)} is too ${size < least ? "small" : "large"}`, usual);
}
