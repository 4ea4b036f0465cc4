import type { Finding } from "../finding.ts";
import type { ScheduleFiring, ScheduleFirings } from "./firings.ts";
import { showTime } from "./show-time.ts";

/** The sizes that hold until the schedule changes them. */
export interface SectionSizes {
  readonly min: number;
  readonly max?: number | undefined;
  readonly desired?: number | undefined;
}

/** A size, and the entry that has set it. Without one, the section has. */
interface Size {
  readonly count: number;
  readonly by?: string;
}

interface Sizes {
  readonly min: Size;
  readonly max: Size;
}

/** The first moment at which AWS could not do what an entry asks for. Each entry alone must be possible. */
export function* impossibleSizes(
  section: SectionSizes,
  firings: ScheduleFirings,
): Iterable<Finding> {
  const most = section.max ?? Math.max(section.min, section.desired ?? 0);
  // That is an error itself.
  if (section.min > most) return;
  let sizes: Sizes = { min: { count: section.min }, max: { count: most } };
  for (const firing of firings.before) sizes = after(firing, sizes);
  for (const firing of firings.within) {
    sizes = after(firing, sizes);
    const wrong = wrongNow(firing, sizes);
    if (wrong === undefined) continue;
    const { name } = firing;
    yield {
      severity: "error",
      path: ["scaling", "schedule", name, wrong.field],
      about: [
        ["scaling", "schedule"],
        ["scaling", "min"],
        ["scaling", "max"],
        ["scaling", "desired"],
      ],
      message: `${showTime(firing, firings.isWeek)}, ${name} ${wrong.message}`,
      help: wrong.help,
    };
    return;
  }
}

function after({ name, entry: { min, max } }: ScheduleFiring, sizes: Sizes): Sizes {
  return {
    min: min === undefined ? sizes.min : { count: min, by: name },
    max: max === undefined ? sizes.max : { count: max, by: name },
  };
}

function wrongNow(
  { name, entry }: ScheduleFiring,
  { min, max }: Sizes,
): { readonly field: string; readonly message: string; readonly help: string } | undefined {
  if (min.count > max.count && entry.min !== undefined) {
    return {
      field: "min",
      message: `sets min to ${min.count}, but max is ${max.count} then (${setBy(max)})`,
      help: `add max: ${min.count} or more to ${name}, or set its min to at most ${max.count}`,
    };
  }
  if (min.count > max.count && entry.max !== undefined) {
    return {
      field: "max",
      message: `sets max to ${max.count}, but min is ${min.count} then (${setBy(min)})`,
      help: `add min: ${max.count} or less to ${name}, or set its max to at least ${min.count}`,
    };
  }
  const { servers } = entry;
  if (servers !== undefined && servers < min.count) {
    return {
      field: "servers",
      message: `asks for ${servers} servers, but min is ${min.count} then (${setBy(min)})`,
      help: `add min: ${servers} or less to ${name}, or set its servers to at least ${min.count}`,
    };
  }
  if (servers !== undefined && servers > max.count) {
    return {
      field: "servers",
      message: `asks for ${servers} servers, but max is ${max.count} then (${setBy(max)})`,
      help: `add max: ${servers} or more to ${name}, or set its servers to at most ${max.count}`,
    };
  }
  return undefined;
}

function setBy({ by }: Size): string {
  return by === undefined ? "from the section itself" : `from ${by}`;
}
