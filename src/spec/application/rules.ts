import { allOf, type Finding } from "../finding.ts";
import type { ApplicationFile } from "./schema.ts";

/** The application: one source, and a command that serves rather than debugs. */
export function* applicationRules({ source, command, port }: ApplicationFile): Iterable<Finding> {
  yield* sources(source);
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
