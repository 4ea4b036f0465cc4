import { allOf, type Finding } from "../finding.ts";
import { LONGEST_ENVIRONMENT, looksSecret } from "./environment.ts";
import type { ApplicationFile } from "./schema.ts";

/** The application: one source, and a command that serves rather than debugs. */
export function* applicationRules(application: ApplicationFile): Iterable<Finding> {
  const { source, command, port } = application;
  yield* sources(source);
  yield* environmentRules(application);
  yield* secretRules(application);
  yield* pythonRules(application);
  if (!application.duringBuild.answers) {
    yield {
      severity: "warning",
      path: ["application", "duringBuild", "answers"],
      message:
        "with answers: false, the build does not verify that the application runs, answers, restarts and is confined",
      help: "let it run on the builder if you can: give it other values in duringBuild.environment",
    };
  }
  if (isDevelopmentServer(command)) {
    yield {
      severity: "warning",
      path: ["application", "command"],
      message:
        "the command starts a development server, which is neither safe nor fast on a public port",
      help: "use gunicorn instead: gunicorn --bind 0.0.0.0:80 tiny_app:app",
    };
  }
  const bound = /(?:^|\s)(?:-b|--bind)[\s=](\S*?):(\d{1,5})(?:\s|$)/.exec(command);
  if (bound === null) return;
  const [, address, number] = bound;
  if (Number(number) !== port) {
    yield {
      severity: "warning",
      path: ["application", "command"],
      about: [["application", "port"]],
      message: `the command binds port ${number}, but the application's port is ${port}`,
      help: `write :${port} in the command, or port: ${number}`,
    };
  }
  if (address === "127.0.0.1" || address === "localhost" || address === "[::1]") {
    yield {
      severity: "warning",
      path: ["application", "command"],
      message: `the command binds ${address}, which only the server itself can reach`,
      help: `bind 0.0.0.0:${port}`,
    };
  }
}

/** Values that many people can read, and a port that is not the application's. */
function* environmentRules({ environment, duringBuild, port }: ApplicationFile): Iterable<Finding> {
  for (const [name, value] of Object.entries(environment)) {
    const reason = looksSecret(name, value);
    if (reason === undefined) continue;
    yield {
      severity: "warning",
      path: ["application", "environment", name],
      message: `${reason}, and everybody who may read the image, the builder's user data or a plan can read it`,
      help: "move it to secrets, which the servers read when the application starts",
    };
  }
  const places = { environment, duringBuild: duringBuild.environment };
  for (const [place, variables] of Object.entries(places)) {
    const path = ["application", ...(place === "duringBuild" ? [place] : []), "environment"];
    const bytes = Buffer.byteLength(Object.entries(variables).flat().join(""));
    if (bytes > LONGEST_ENVIRONMENT) {
      yield {
        severity: "error",
        path,
        at: "key",
        message: `the names and values have ${bytes} bytes, and the most is ${LONGEST_ENVIRONMENT}, because every process gets a copy of them`,
        help: "put long values into a file of image.files or of the source, and give the application the file's path",
      };
    }
    const { PORT } = variables;
    if (PORT === undefined || PORT === String(port)) continue;
    yield {
      severity: "error",
      path: [...path, "PORT"],
      about: [["application", "port"]],
      message: `PORT is the application's port, which is ${port}`,
      help: /^\d{1,5}$/.test(PORT)
        ? `remove PORT, or write port: ${PORT} in application`
        : "remove PORT",
    };
  }
}

/** A variable has one value on a server, and one on the builder, which has no role. */
function* secretRules({ secrets, environment, duringBuild }: ApplicationFile): Iterable<Finding> {
  for (const name of Object.keys(secrets)) {
    const path = ["application", "secrets", name];
    if (Object.hasOwn(environment, name)) {
      yield {
        severity: "error",
        path,
        at: "key",
        about: [["application", "environment", name]],
        message: `${name} is in environment, too`,
        help: "remove one of the two. A value for the build alone belongs in duringBuild.environment",
      };
    } else if (name === "PORT") {
      yield {
        severity: "error",
        path,
        at: "key",
        message: "PORT is the application's port",
        help: "write port: in application",
      };
    } else if (duringBuild.answers && !Object.hasOwn(duringBuild.environment, name)) {
      yield {
        severity: "error",
        path,
        at: "key",
        about: [["application", "duringBuild"]],
        message: `the builder has no role, so it cannot read ${name}, and the application cannot start there`,
        help: `give it a value for the build, as in duringBuild: { environment: { ${name}: "…" } }, or write duringBuild: { answers: false }`,
      };
    }
  }
}

/** A single file brings no other file. */
function* pythonRules({ source, python }: ApplicationFile): Iterable<Finding> {
  if (Array.isArray(python) || python.requirements === undefined) return;
  const { file } = source;
  if (file === undefined || isArchive(file)) return;
  yield {
    severity: "error",
    path: ["application", "python", "requirements"],
    about: [["application", "source", "file"]],
    message: `the source is the single file ${file.split("/").at(-1)}, so it has no ${python.requirements}`,
    help: "write the requirements as a list, as in python: [flask, gunicorn], or name the whole folder with source: { directory: ./shop }",
  };
}

/** What Python's shutil unpacks. */
function isArchive(file: string): boolean {
  return /\.(tar(\.(gz|bz2|xz))?|tgz|tbz2|txz|zip)$/.test(file);
}

function isDevelopmentServer(command: string): boolean {
  const words = command.split(/\s/).map((word) => word.slice(word.lastIndexOf("/") + 1));
  const flask = words.indexOf("flask");
  return (
    (flask >= 0 && words.includes("run", flask)) ||
    ["--debug", "--debugger", "runserver"].some((word) => words.includes(word))
  );
}

function* sources(source: ApplicationFile["source"]): Iterable<Finding> {
  const path = ["application", "source"];
  const { url, sha256 } = source;
  const [kind, ...others] = KINDS.filter((each) => source[each] !== undefined);
  const last = others.at(-1);
  if (kind === undefined) {
    yield {
      severity: "error",
      path,
      at: "key",
      message: "the source has neither a file, nor a directory, nor a url",
      help: "write file: ./tiny_app.py, or directory: ./shop, or url and sha256",
    };
  } else if (last !== undefined) {
    const kinds = [kind, ...others];
    const both = kinds.length === 2 ? "both " : "";
    yield {
      severity: "error",
      path: [...path, last],
      at: "key",
      about: kinds.map((each) => [...path, each]),
      message: `the source has ${both}${allOf(kinds.map((each) => `a ${each}`))}`,
      help: both === "" ? "remove two of the three" : "remove one of the two",
    };
  } else if (url !== undefined && sha256 === undefined) {
    yield {
      severity: "error",
      path: [...path, "url"],
      at: "key",
      about: [[...path, "sha256"]],
      message:
        "a source from a url needs its SHA-256 sum, so that nobody can change the file unnoticed",
      help: "add sha256: with the sum that sha256sum prints for the file",
    };
  } else if (url === undefined && sha256 !== undefined) {
    yield {
      severity: "error",
      path: [...path, "sha256"],
      at: "key",
      message: `sha256 is only for a url, not for a ${kind}`,
      help: "remove the sha256 field",
    };
  }
}

const KINDS = ["file", "directory", "url"] as const;
