import type { Finding } from "../finding.ts";
import type { StackFile } from "../schema/stack-file.ts";

/** The application: one source, and a command that serves rather than debugs. */
export function* applicationRules({ application }: StackFile): Iterable<Finding> {
  if (application === undefined) return;
  const { source, command, port } = application;
  yield* sources(source);
  if (isDevelopmentServer(command)) {
    yield {
      severity: "warning",
      path: ["application", "command"],
      message: "this starts a development server, which is neither safe nor fast on a public port",
      help: "serve it with gunicorn: gunicorn --bind 0.0.0.0:80 tiny_app:app",
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
      message: `the command binds port ${number}, and the application's port is ${port}`,
      help: `write :${port} in the command, or port: ${number}`,
    };
  }
  if (address === "127.0.0.1" || address === "localhost" || address === "[::1]") {
    yield {
      severity: "warning",
      path: ["application", "command"],
      message: `the command binds ${address}, where nothing but the server itself reaches it`,
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

function* sources({
  file,
  url,
  sha256,
}: NonNullable<StackFile["application"]>["source"]): Iterable<Finding> {
  const path = ["application", "source"];
  if (file !== undefined && url !== undefined) {
    yield {
      severity: "error",
      path: [...path, "url"],
      at: "key",
      message: "the source is given twice, as a file and as a url",
      help: "keep one of the two",
    };
  } else if (file === undefined && url === undefined) {
    yield {
      severity: "error",
      path,
      at: "key",
      message: "the source is neither a file nor a url",
      help: "write file: ./tiny_app.py, or url and sha256",
    };
  } else if (url !== undefined && sha256 === undefined) {
    yield {
      severity: "error",
      path: [...path, "url"],
      at: "key",
      about: [[...path, "sha256"]],
      message:
        "a source from the network needs its SHA-256 sum, so that nobody can change it unseen",
      help: "add sha256: and what sha256sum prints for the file",
    };
  } else if (file !== undefined && sha256 !== undefined) {
    yield {
      severity: "error",
      path: [...path, "sha256"],
      at: "key",
      message: "sha256 goes with url; a file's content is taken as it is",
      help: "leave sha256 out",
    };
  }
}
