import type { Build } from "./build.ts";
import { guestDurations as durations } from "./durations.ts";
import type { Machine } from "./machine.ts";
import { own } from "./own.ts";
import {
  isPythonProject,
  projectName,
  projectOfRequirement,
  versionInIndex,
  withDependencies,
} from "./python.ts";
import { whyUnreached } from "./reach.ts";

export interface RefusedRequirement {
  readonly requirement: string;
  readonly output: readonly string[];
}

/** The versions that the build has written for `install_python_packages`, by the project's name. */
export function keptVersions(machine: Machine): Readonly<Record<string, string>> {
  const lines = machine.file("/run/kept-versions")?.text?.split("\n") ?? [];
  return Object.fromEntries(
    lines.map((line) => {
      const [name = "", version = ""] = line.split("==");
      return [projectName(name), version];
    }),
  );
}

/**
 * Simulates pip: adds the projects of the requirements to `installed`. The sandbox assumes that an unknown
 * project exists, and prints a notice. Returns undefined when pip refuses none of them.
 *
 * @param constraints versions by the project's name.
 */
export function addRequirements(
  build: Build,
  requirements: readonly string[],
  installed: string[],
  constraints: Readonly<Record<string, string>> = {},
): RefusedRequirement | undefined {
  const { disk } = build.machine;
  const versions: Record<string, string> = {};
  const [asked] = requirements;
  const cut = asked === undefined ? undefined : indexProblem(build, asked);
  if (asked !== undefined && cut !== undefined) return { requirement: asked, output: cut };
  for (const requirement of requirements) {
    build.spend(durations.pythonPackage);
    const project = projectOfRequirement(requirement);
    if (project === undefined) {
      if (
        /^[\w.[\],-]*\s*@|^([a-z]+\+)?[a-z]+:\/\/|^\.{0,2}\/|\.(whl|zip|tar\.gz)$|^\.$/.test(
          requirement,
        )
      ) {
        disk.unknownPython = true;
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
      const kept = own(constraints, project);
      if (kept !== undefined && kept !== version) return { requirement, output: conflict(project) };
      versions[project] = version;
    }
    installed.push(project);
  }
  for (const project of withDependencies(installed)) {
    versions[project] ??=
      own(constraints, project) ??
      own(disk.pythonVersions ?? {}, project) ??
      versionInIndex(project, build.startedAt);
  }
  disk.pythonVersions = { ...disk.pythonVersions, ...versions };
  return undefined;
}

/** Where pip looks for projects. Those that come from elsewhere still need their own build tools from there. */
const INDEX = "pypi.org";

/** What pip says of a requirement when its index does not answer. Undefined if it answers. */
export function indexProblem(build: Build, requirement: string): readonly string[] | undefined {
  const why = whyUnreached(build, INDEX);
  if (why === undefined) return undefined;
  build.spend(durations.pythonPackage);
  const cause =
    why === "no name"
      ? "NewConnectionError('Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')"
      : `ConnectTimeoutError('Connection to ${INDEX} timed out. (connect timeout=15)')`;
  const project = projectOfRequirement(requirement) ?? "";
  return [
    `WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by '${cause}': /simple/${project}/`,
    `ERROR: Could not find a version that satisfies the requirement ${requirement} (from versions: none)`,
    `ERROR: No matching distribution found for ${requirement}`,
  ];
}

function conflict(project: string): readonly string[] {
  return [
    `ERROR: Cannot install ${project} because these package versions have conflicting dependencies.`,
    "ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution/#dealing-with-dependency-conflicts",
  ];
}

/** The lines of a requirements file. Undefined when its content is unknown. */
export function readRequirements(text: string | undefined): readonly string[] | undefined {
  return text
    ?.split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/s, "").trim())
    .filter((line) => line !== "" && !line.startsWith("-"));
}
