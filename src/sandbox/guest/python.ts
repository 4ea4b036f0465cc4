import { createHash } from "node:crypto";
import { own } from "./own.ts";
import { pythonProjects } from "./packages/python.ts";

let projects: ReadonlySet<string> | undefined;

/** Whether the sandbox knows a project of the Python Package Index with this name. */
export function isPythonProject(name: string): boolean {
  projects ??= new Set(pythonProjects.split(/\s+/));
  return (
    projects.has(projectName(name)) ||
    /^(flask|django|pytest|types|boto3-stubs)-/.test(projectName(name))
  );
}

/** A project name, normalised by PEP 503. */
export function projectName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

/** The project of a requirement such as `gunicorn==23.0.0`. Undefined for a URL or a path. */
export function projectOfRequirement(requirement: string): string | undefined {
  const match = /^([A-Za-z0-9][\w.-]*)(?:\s*\[[^\]]*\])?\s*([<>=!~;].*)?$/.exec(requirement.trim());
  return match?.[1] === undefined ? undefined : projectName(match[1]);
}

/** Dependencies that pip also installs, as far as applications import them directly. */
const dependencies: Readonly<Record<string, string>> = {
  flask: "werkzeug jinja2 markupsafe itsdangerous click blinker",
  django: "asgiref sqlparse",
  djangorestframework: "django",
  fastapi: "starlette pydantic typing-extensions anyio",
  quart: "flask hypercorn",
  requests: "urllib3 idna certifi charset-normalizer",
  httpx: "httpcore certifi idna anyio",
  boto3: "botocore s3transfer jmespath",
  botocore: "python-dateutil six urllib3 jmespath",
  pandas: "numpy python-dateutil",
  gunicorn: "packaging",
  uvicorn: "click h11",
  celery: "kombu billiard vine",
};

/** The projects with all their dependencies. */
export function withDependencies(requirements: readonly string[]): Set<string> {
  const all = new Set<string>();
  const queue = [...requirements];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (all.has(name)) continue;
    all.add(name);
    queue.push(...(own(dependencies, name)?.split(" ") ?? []));
    const [, framework] = /^(flask|django)-/.exec(name) ?? [];
    if (framework !== undefined) queue.push(framework);
  }
  return all;
}

/** Modules with another name than their project. */
const moduleNames: Readonly<Record<string, string>> = {
  pyyaml: "yaml",
  pillow: "PIL",
  "python-dotenv": "dotenv",
  beautifulsoup4: "bs4",
  "psycopg2-binary": "psycopg2",
  mysqlclient: "MySQLdb",
  "python-dateutil": "dateutil",
  djangorestframework: "rest_framework",
  pyjwt: "jwt",
};

/** The modules of projects. */
export function modulesOf(names: ReadonlySet<string>): Set<string> {
  return new Set([...names].map((name) => own(moduleNames, name) ?? name.replaceAll("-", "_")));
}

/** Days. */
const leastPace = 20;

/**
 * A plausible newest version of a project in the index. Each project has a new one after some weeks or months.
 *
 * @param at milliseconds since the epoch.
 */
export function versionInIndex(project: string, at: number): string {
  const number = createHash("sha256").update(project).digest().readUInt16BE(0);
  const days = Math.max(Math.floor((at - Date.UTC(2023, 0, 1)) / 86_400_000), 0);
  const patch = Math.floor(days / (leastPace + (number % 60)));
  return `${1 + (number % 5)}.${number % 11}.${patch}`;
}
