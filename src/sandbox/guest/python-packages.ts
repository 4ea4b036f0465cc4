import type { Build } from "./build.ts";
import { guestDurations as durations } from "./durations.ts";
import { isPythonProject, projectOfRequirement } from "./python.ts";

export interface RefusedRequirement {
  readonly requirement: string;
  readonly output: readonly string[];
}

/**
 * What pip installs of requirements: their projects go into `installed`. A project that the sandbox does
 * not know is taken as there, and said so; undefined when pip refuses none of them.
 */
export function addRequirements(
  build: Build,
  requirements: readonly string[],
  installed: string[],
): RefusedRequirement | undefined {
  for (const requirement of requirements) {
    build.spend(durations.pythonPackage);
    const project = projectOfRequirement(requirement);
    if (project === undefined) {
      if (
        /^[\w.[\],-]*\s*@|^([a-z]+\+)?[a-z]+:\/\/|^\.{0,2}\/|\.(whl|zip|tar\.gz)$|^\.$/.test(
          requirement,
        )
      ) {
        build.machine.disk.unknownPython = true;
        continue;
      }
      return { requirement, output: [`ERROR: Invalid requirement: '${requirement}'`] };
    }
    // As names of hosts do that must not exist (RFC 2606).
    if (project.endsWith("-invalid")) {
      return {
        requirement,
        output: [
          `ERROR: Could not find a version that satisfies the requirement ${requirement} (from versions: none)`,
          `ERROR: No matching distribution found for ${requirement}`,
        ],
      };
    }
    if (!isPythonProject(project)) {
      build.notice(
        `the sandbox does not know the Python project ${project} and assumes that it exists`,
      );
    }
    installed.push(project);
  }
  return undefined;
}

/** A file of requirements, line by line; undefined when nobody knows what is in it. */
export function readRequirements(text: string | undefined): readonly string[] | undefined {
  return text
    ?.split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/s, "").trim())
    .filter((line) => line !== "" && !line.startsWith("-"));
}
