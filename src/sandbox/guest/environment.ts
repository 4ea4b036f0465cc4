import { applicationHome } from "./application-home.ts";
import type { DiskState } from "./disk.ts";
import { own } from "./own.ts";
import { isPythonProject, projectName, withDependencies } from "./python.ts";

/** The folder of the application's virtual environment in specs/image.md. */
export const environmentHome = `${applicationHome}/environment`;

const projectsOfPrograms: Readonly<Record<string, string>> = {
  "waitress-serve": "waitress",
  "django-admin": "django",
  "celery-beat": "celery",
  fastapi: "fastapi",
};

/** Projects that install only programs with their own name, or those in the table. */
const fullyKnown = new Set(
  "flask gunicorn uvicorn django waitress hypercorn daphne requests httpx boto3 click jinja2 redis psycopg2 psycopg2-binary whitenoise numpy".split(
    " ",
  ),
);

/** Whether the environment has a program with this name. Undefined when unknown. */
export function environmentHas(disk: DiskState, program: string): boolean | undefined {
  const { pythonPackages, unknownPython } = disk;
  if (pythonPackages === null) return false;
  if (/^(python|pip)[\d.]*$|^activate/.test(program)) return true;
  const project = own(projectsOfPrograms, program) ?? projectName(program);
  if (withDependencies(pythonPackages).has(project)) return true;
  if (unknownPython === true) return undefined;
  // The program of a known project that is not installed does not exist. An unknown name may belong to
  // any project.
  if (isPythonProject(project)) return false;
  return pythonPackages.every((name) => fullyKnown.has(name)) ? false : undefined;
}

/** Whether a path of the environment exists. Undefined outside of it, and when unknown. */
export function environmentKind(disk: DiskState, path: string): "file" | "directory" | undefined {
  if (disk.pythonPackages === null || !`${path}/`.startsWith(`${environmentHome}/`))
    return undefined;
  const inside = path.slice(environmentHome.length + 1);
  if (/^(|bin|lib|include|lib\/python3\.\d+(\/site-packages)?)$/.test(inside)) return "directory";
  if (inside === "pyvenv.cfg") return "file";
  const program = /^bin\/([^/]+)$/.exec(inside)?.[1];
  return program !== undefined && environmentHas(disk, program) === true ? "file" : undefined;
}
