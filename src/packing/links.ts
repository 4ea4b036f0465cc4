import type { FoundFile } from "./found-file.ts";
import type { DirectoryFinding } from "./listing.ts";

/** As many as Linux follows before it gives up with ELOOP (path_resolution(7)). */
const MOST_HOPS = 40;

/** What is wrong with the symbolic links of a directory. */
export interface LinkFindings {
  readonly problems: readonly DirectoryFinding[];
  readonly warnings: readonly DirectoryFinding[];
}

/**
 * Checks where the symbolic links of a directory lead on a server, where nothing but these files exists.
 *
 * @param shown The name of the directory in messages.
 */
export function checkLinks(files: readonly FoundFile[], shown: string): LinkFindings {
  const targets = new Map(
    files.flatMap(({ path, target }) => (target === undefined ? [] : [[path, target] as const])),
  );
  if (targets.size === 0) return { problems: [], warnings: [] };
  const places = new Set(files.flatMap(({ path }) => [path, ...foldersOf(path)]));
  const problems: DirectoryFinding[] = [];
  const warnings: DirectoryFinding[] = [];
  for (const [path, target] of targets) {
    const name = `${shown}/${path}: the symbolic link`;
    const end = destination(path, targets);
    if (end === "outside") {
      problems.push({
        message: `${name} leads out of the directory, to ${target}`,
        help: "Replace the link with what it leads to, or exclude it with a line in .reconcileignore.",
      });
    } else if (end === "circle") {
      problems.push({
        message: `${name} leads back to itself`,
        help: "Delete the link, or exclude it with a line in .reconcileignore.",
      });
    } else if (end !== "" && !places.has(end)) {
      warnings.push({
        message: `${name} leads to ${target}, which is not packed`,
        help: "Delete the link, or pack its target: write !<pattern> into .reconcileignore if a pattern excludes it.",
      });
    }
  }
  return { problems, warnings };
}

function foldersOf(path: string): readonly string[] {
  const names = path.split("/");
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join("/"));
}

/** The path that a link leads to in the end, through other links, as the kernel finds it. */
function destination(
  link: string,
  targets: ReadonlyMap<string, string>,
): string | "outside" | "circle" {
  const ahead = link.split("/");
  const place: string[] = [];
  let hops = 0;
  for (let name = ahead.shift(); name !== undefined; name = ahead.shift()) {
    if (name === "" || name === ".") continue;
    if (name === "..") {
      if (place.pop() === undefined) return "outside";
      continue;
    }
    const target = targets.get([...place, name].join("/"));
    if (target === undefined) {
      place.push(name);
      continue;
    }
    if (target.startsWith("/")) return "outside";
    hops += 1;
    if (hops > MOST_HOPS) return "circle";
    ahead.unshift(...target.split("/"));
  }
  return place.join("/");
}
