import { applicationHome } from "./application-home.ts";
import type { DiskState } from "./machine.ts";
import { own } from "./own.ts";
import { isPythonProject, projectName, withDependencies } from "./python.ts";

/** Where specs/image.md puts the application's virtual environment. */
export const environmentHome = `${applicationHome}/environment`;

const projectsOfPrograms: Readonly<Record<string, string>> = {
  "waitress-serve": "waitress",
  "django-admin": "django",
  "celery-beat": "celery",
  fastapi: "fastapi",
};

/** Projects that bring no program but of their own name, or of the table. */
const fullyKnown = new Set(
  "flask gunicorn uvicorn django waitress hypercorn daphne requests httpx boto3 click jinja2 redis psycopg2 psycopg2-binary whitenoise numpy".split(
    " ",
  ),
);

/** Whether the environment has a program of that name; undefined when nobody knows. */
export function environmentHas(disk: DiskState, program: string): boolean | undefined {
  const { pythonPackages, unknownPython } = disk;
  if (pythonPackages === null) return false;
  if (/^(python|pip)[\d.]*$|^activate/.test(program)) return true;
  const project = own(projectsOfPrograms, program) ?? projectName(program);
  if (withDependencies(pythonPackages).has(project)) return true;
  if (unknownPython === true) return undefined;
  // The program of a project that nobody asked for is not there; a name that means nothing may be anybody's.
  if (isPythonProject(project)) return false;
  return pythonPackages.every((name) => fullyKnown.has(name)) ? false : undefined;
}

/** What is at a path of the environment; undefined outside of it, and where nothing is known. */
export function environmentKind(disk: DiskState, path: string): "file" | "directory" | undefined {
  if (disk.pythonPackages === null || !`${path}/`.startsWith(`${environmentHome}/`))
    return undefined;
  const inside = path.slice(environmentHome.length + 1);
  if (/^(|bin|lib|include|lib\/python3\.\d+(\/site-packages)?)$/.test(inside)) return "directory";
  if (inside === "pyvenv.cfg") return "file";
  const program = /^bin\/([^/]+)$/.exec(inside)?.[1];
  return program !== undefined && environmentHas(disk, program) === true ? "file" : undefined;
}
