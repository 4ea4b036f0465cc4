import type { Build } from "./build.ts";
import { guestDurations as durations } from "./durations.ts";
import { isPythonProject, projectOfRequirement } from "./python.ts";

export interface RefusedRequirement {
  readonly requirement: string;
  readonly output: readonly string[];
}

/**
 * Simulates pip: adds the projects of the requirements to `installed`. The sandbox assumes that an unknown
 * project exists, and prints a notice. Returns undefined when pip refuses none of them.
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
    // RFC 2606 reserves `.invalid` for names that must not exist.
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
    const version = /^[^=<>!~]*==\s*([\w.!+-]+)\s*$/.exec(requirement)?.[1];
    if (version !== undefined) {
      const { disk } = build.machine;
      disk.pythonVersions = { ...disk.pythonVersions, [project]: version };
    }
    installed.push(project);
  }
  return undefined;
}

/** The lines of a requirements file. Undefined when its content is unknown. */
export function readRequirements(text: string | undefined): readonly string[] | undefined {
  return text
    ?.split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/s, "").trim())
    .filter((line) => line !== "" && !line.startsWith("-"));
}
