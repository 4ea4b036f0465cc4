import { applicationHome } from "./application-home.ts";
import { unreadableSecrets } from "./application-secrets.ts";
import type { DiskState } from "./disk.ts";
import { environmentHas, environmentHome } from "./environment.ts";
import type { Machine } from "./machine.ts";
import { modulesOf, projectName, withDependencies } from "./python.ts";
import { servicePorts } from "./service-ports.ts";
import { environmentOf } from "./service-settings.ts";
import { firstCommand } from "./shell/first-command.ts";
import { mayExist, mayHaveCommand } from "./unknowns.ts";

/** The result of an application's command when systemd starts it. */
export interface ApplicationRun {
  /** Whether it stays up. */
  readonly runs: boolean;
  /** The address where it listens. Undefined when it is unknown. */
  readonly address?: string | undefined;
  readonly port?: number | undefined;
  /** Its output in the journal. */
  readonly log: readonly string[];
  /** What the sandbox assumes because it cannot know. */
  readonly assumed?: string | undefined;
}

/** The port on which the application answers other machines. */
export function answeringPort(machine: Machine): number | undefined {
  const run = runApplication(machine);
  return run.runs && isPublic(run.address) ? run.port : undefined;
}

/** Simulates the start of the machine's application. */
export function runApplication(machine: Machine): ApplicationRun {
  const { application } = machine.disk;
  if (application === null) return crash("Unit application.service could not be found.");
  const unread = unreadableSecrets(machine);
  if (unread.length > 0) return { runs: false, log: unread };
  const asDeclared = { address: "0.0.0.0", port: application.port };
  const variables = new Map([...environmentOf(machine), ["PORT", String(application.port)]]);
  const words = firstCommand(application.command, variables);
  if (words === undefined) {
    const assumed =
      "the sandbox cannot interpret the application's command and assumes that it serves the port";
    return { runs: true, ...asDeclared, log: [], assumed };
  }
  const [program = "", ...parameters] = words;
  if (program === "") return crash(`bash: -c: ${application.command}: syntax error`);
  const { problem, assumed } = lookForProgram(machine, program);
  if (problem !== undefined) return crash(`/bin/bash: line 1: ${program}: ${problem}`);
  const server = serverOf(program, parameters);
  const wrong = server.module === undefined ? undefined : problemOfModule(machine, server.module);
  if (wrong !== undefined) return { runs: false, log: [...wrong, "Worker failed to boot."] };
  const place = server.place(machine) ?? asDeclared;
  const holder = machine
    .installedPackages()
    .find(
      ({ unit }) =>
        unit !== undefined &&
        machine.service(unit.name).active &&
        servicePorts(machine, unit).known.some(
          ({ protocol, port }) => protocol === "tcp" && port === place.port,
        ),
    );
  if (holder !== undefined) {
    return crash(
      `Connection in use: ('${place.address}', ${place.port}): [Errno 98] Address already in use`,
    );
  }
  const log = [`Listening at: http://${place.address}:${place.port}`];
  return { runs: true, ...place, log, assumed };
}

/** Whether other machines can reach a socket with this address. */
export function isPublic(address: string | undefined): boolean {
  return address !== undefined && !/^(127\.|localhost$|\[?::1\]?$)/.test(address);
}

function crash(line: string): ApplicationRun {
  return { runs: false, log: [line] };
}

interface Lookup {
  /** Why a program cannot be started. */
  readonly problem?: string;
  readonly assumed?: string;
}

/** Looks for a program on the service's PATH: the environment, /usr/local/bin, /usr/bin, /bin. */
function lookForProgram(machine: Machine, program: string): Lookup {
  const assumed = `the sandbox does not know the program ${program} and assumes that it serves the application's port`;
  if (program.includes("/")) {
    const path = program.startsWith("/")
      ? program
      : `${applicationHome}/source/${program.replace(/^\.\//, "")}`;
    if (path.startsWith(`${environmentHome}/bin/`)) {
      return lookForProgram(machine, path.slice(path.lastIndexOf("/") + 1));
    }
    if (!machine.exists(path)) {
      return mayExist(machine, path) ? { assumed } : { problem: "No such file or directory" };
    }
    const mode = machine.file(path)?.mode ?? "0755";
    return /[1357]/.test(mode.slice(1)) ? {} : { problem: "Permission denied" };
  }
  const inEnvironment = environmentHas(machine.disk, program);
  if (inEnvironment === true) return {};
  if (
    ["/usr/local/bin", "/usr/bin", "/bin"].some((folder) => machine.exists(`${folder}/${program}`))
  )
    return {};
  const elsewhere = machine.hasCommand(program);
  if (inEnvironment === undefined || (!elsewhere && mayHaveCommand(machine, program))) {
    return { assumed };
  }
  return { problem: "command not found" };
}

interface Place {
  readonly address: string;
  readonly port: number;
}

interface Server {
  /** `tiny_app:app` */
  readonly module?: string | undefined;
  /** Where it listens, by its command line and its own defaults. Undefined: the declared port. */
  readonly place: (machine: Machine) => Place | undefined;
}

function serverOf(program: string, parameters: readonly string[]): Server {
  const name = program.slice(program.lastIndexOf("/") + 1);
  const option = (...names: readonly string[]) => optionOf(parameters, names);
  const module = parameters.findLast((word) => /^[A-Za-z_][\w.]*:[\w.]+(\(\))?$/.test(word));
  switch (name) {
    case "gunicorn":
    case "hypercorn": {
      // gunicorn uses the port of its environment when the command line sets none.
      const usual = ({ application }: DiskState) =>
        name === "gunicorn" ? `0.0.0.0:${application?.port}` : "127.0.0.1:8000";
      const target = module ?? parameters.findLast((word) => /^[A-Za-z_][\w.]*$/.test(word));
      return {
        module: target,
        place: ({ disk }) => readPlace(option("-b", "--bind") ?? usual(disk)),
      };
    }
    case "uvicorn":
    case "granian":
      return {
        module,
        place: () => placeOf(option("--host"), option("--port"), "127.0.0.1", 8000),
      };
    case "daphne":
      return {
        module,
        place: () => placeOf(option("-b", "--bind"), option("-p", "--port"), "127.0.0.1", 8000),
      };
    case "waitress-serve": {
      const listen = option("--listen");
      return {
        module,
        place: () =>
          listen === undefined
            ? placeOf(option("--host"), option("--port"), "0.0.0.0", 8080)
            : readPlace(listen),
      };
    }
    case "flask":
      return {
        place: () => placeOf(option("-h", "--host"), option("-p", "--port"), "127.0.0.1", 5000),
      };
    case "uwsgi":
      return { place: () => readPlace(option("--http", "--http-socket") ?? "") };
    default:
      return /^python[\d.]*$/.test(name) ? pythonProgram(parameters) : { place: () => undefined };
  }
}

/** `python -m gunicorn …` or `python tiny_app.py`. */
function pythonProgram(parameters: readonly string[]): Server {
  const [first, second, ...rest] = parameters;
  if (first === "-m" && second === "http.server") {
    const port = Number(rest.find((word) => /^\d+$/.test(word)) ?? 8000);
    return { place: () => ({ address: optionOf(rest, ["--bind", "-b"]) ?? "0.0.0.0", port }) };
  }
  if (first === "-m" && second !== undefined) {
    return serverOf(second === "waitress" ? "waitress-serve" : second, rest);
  }
  const script = parameters.find((word) => word.endsWith(".py"));
  return {
    module: script?.replace(/^\.\//, "").replace(/\.py$/, ""),
    place: (machine) => {
      const path =
        script?.startsWith("/") === true ? script : `${applicationHome}/source/${script}`;
      const call = argumentsOfRun(machine.file(path)?.text ?? "");
      if (call === undefined) return undefined;
      const port = /\bport\s*=\s*(\d+)/.exec(call)?.[1];
      // The port comes from the environment, or is computed.
      if (port === undefined && /\bport\s*=/.test(call)) return undefined;
      const address = /\bhost\s*=\s*["']([^"']*)["']/.exec(call)?.[1];
      // The defaults of Flask's development server.
      return { address: address ?? "127.0.0.1", port: Number(port ?? 5000) };
    },
  };
}

function optionOf(parameters: readonly string[], names: readonly string[]): string | undefined {
  for (const [index, word] of parameters.entries()) {
    for (const name of names) {
      if (word === name) return parameters[index + 1];
      if (name.startsWith("--") && word.startsWith(`${name}=`)) return word.slice(name.length + 1);
      if (!name.startsWith("--") && word.startsWith(name) && !word.startsWith("--")) {
        return word.slice(name.length);
      }
    }
  }
  return undefined;
}

/** The arguments of `app.run(…)`, if they are on one line. */
function argumentsOfRun(text: string): string | undefined {
  for (const line of text.split("\n")) {
    const [start, end] = [line.indexOf(".run("), line.lastIndexOf(")")];
    if (start !== -1 && end > start) return line.slice(start + ".run(".length, end);
  }
  return undefined;
}

function placeOf(
  address: string | undefined,
  port: string | undefined,
  usualAddress: string,
  usualPort: number,
): Place {
  return { address: address ?? usualAddress, port: Number(port ?? usualPort) };
}

/** `0.0.0.0:80`, `:80`, `*:80`, `[::]:80`, `localhost`. */
function readPlace(text: string): Place | undefined {
  const match = /^(.*?):(\d+)$/.exec(text);
  if (match === null) return /^[\w.]+$/.test(text) ? { address: text, port: 8000 } : undefined;
  const address = match[1] === "" || match[1] === "*" ? "0.0.0.0" : (match[1] ?? "");
  return { address, port: Number(match[2]) };
}

/** Whether the sources came in an archive, whose content is unknown. */
function isUnpacked(machine: Machine): boolean {
  return machine.file(`${applicationHome}/source`)?.kind === "directory";
}

/** Why Python cannot import the application: the last lines of the traceback. */
function problemOfModule(machine: Machine, target: string): readonly string[] | undefined {
  const [module = "", attribute] = target.replace(/\(\)$/, "").split(":");
  const path = `${applicationHome}/source/${module.replaceAll(".", "/")}`;
  const file = machine.file(`${path}.py`) ?? machine.file(`${path}/__init__.py`);
  const installed = withDependencies(machine.disk.pythonPackages ?? []);
  if (file === undefined) {
    const elsewhere =
      isUnpacked(machine) ||
      machine.exists(path) ||
      installed.has(projectName(module.split(".")[0] ?? ""));
    return elsewhere ? undefined : [`ModuleNotFoundError: No module named '${module}'`];
  }
  const { text } = file;
  if (text === undefined) return undefined;
  const modules = modulesOf(installed);
  const isComplete = machine.disk.unknownPython !== true;
  for (const [, name = ""] of text.matchAll(/^(?:import|from)[ \t]+(\w+)/gm)) {
    const isOwn = machine.exists(`${applicationHome}/source/${name}.py`);
    if (isComplete && !modules.has(name) && modulesToInstall.has(name) && !isOwn) {
      return [`  File "${path}.py", in <module>`, `ModuleNotFoundError: No module named '${name}'`];
    }
  }
  const wanted = /^\w+/.exec(attribute ?? "")?.[0];
  const defined = (name: string) =>
    new RegExp(
      `^(?:async\\s+)?(?:def|class)\\s+${name}\\b|^[ \\t]*${name}\\s*[:=]|\\bimport\\b(?:(?!\\bimport\\b).)*(?:\\b${name}\\b|\\*)`,
      "m",
    );
  if (wanted === undefined || defined(wanted).test(text)) return undefined;
  return [`Failed to find attribute '${wanted}' in '${module}'.`];
}

/** Modules that only their own project installs, so that it is certain when they are missing. */
const modulesToInstall = new Set(
  "flask django fastapi bottle tornado falcon pyramid sanic quart starlette aiohttp requests httpx boto3 redis psycopg2 psycopg sqlalchemy pymongo pymysql MySQLdb yaml celery numpy pandas PIL flask_cors flask_login flask_sqlalchemy flask_wtf gevent eventlet structlog sentry_sdk prometheus_client".split(
    " ",
  ),
);
