import { createHash } from "node:crypto";
import type { ApplicationHealthCheck, ImageApplication, ImageRecipe } from "../recipe.ts";
import {
  applicationHome,
  builtEnvironment,
  hasSecrets,
  writableFolders,
} from "../service-settings.ts";
import { type PlannedCheck, plan } from "./planned-check.ts";
import { statusPattern } from "./status-pattern.ts";

/** What the application may do, and that it answers. */
export function applicationChecks({
  application,
  openFiles,
}: ImageRecipe): readonly PlannedCheck[] {
  if (application === undefined) return [];
  const { user } = application;
  return [
    ...pythonChecks(application),
    ...(canRun(application) ? runningChecks(application, openFiles) : []),
    plan(
      "application:code",
      `${user} can write to ${listed([applicationHome, ...writableFolders(application)])}, and cannot change the application's code or its service`,
      "application_is_protected",
      ...[user, applicationHome, ...writableFolders(application)],
    ),
    ...environmentChecks(application),
    ...(hasSecrets(application)
      ? [
          plan(
            "application:secrets",
            `the application starts with the values of ${listed(Object.keys(application.secrets ?? {}))}, which the server's role reads, or not at all`,
            "application_reads_secrets",
          ),
        ]
      : []),
    plan(
      "application:journal",
      "the application logs to the journal",
      "application_logs_to_journal",
    ),
    canRun(application)
      ? plan(
          "application:boot",
          "the application starts at every boot",
          "application_starts_at_boot",
        )
      : plan("application:boot", "the application's service is enabled", "service_is_enabled"),
  ];
}

/** Whether the builder has what the application needs to run. */
export function canRun({ duringBuild }: ImageApplication): boolean {
  return duringBuild?.answers ?? true;
}

function runningChecks(application: ImageApplication, openFiles: number): readonly PlannedCheck[] {
  const { user } = application;
  const writable = writableFolders(application);
  return [
    plan(
      "application:user",
      `the application runs as ${user}, a user that cannot log in`,
      "application_runs_as",
      user,
    ),
    plan(
      "application:confined",
      "the application can bind ports below 1024 and has no other privilege",
      "application_is_confined",
      user,
    ),
    plan(
      "application:restarts",
      "the application restarts after it is killed",
      "application_restarts",
    ),
    answersCheck(application),
    ...(writable.length > 0
      ? [
          plan(
            "application:writable",
            `the running application can write to ${listed(writable)}`,
            "application_writes",
            ...[user, ...writable],
          ),
        ]
      : []),
    plan(
      "application:limits",
      `each process of the application may open ${openFiles} files (soft and hard) and dumps no core`,
      "application_has_limits",
      String(openFiles),
    ),
  ];
}

function pythonChecks(application: ImageApplication): readonly PlannedCheck[] {
  const { python, pythonVersion, requirements } = application;
  return [
    ...(pythonVersion === undefined
      ? []
      : [
          plan(
            "python:version",
            `the application's Python is ${pythonVersion}`,
            "python_is",
            pythonVersion,
          ),
        ]),
    ...(requirements === undefined
      ? []
      : [
          plan(
            "python:requirements",
            `everything in ${requirements} is installed for the application`,
            "requirements_are_installed",
            requirements,
          ),
        ]),
    ...python.map((requirement) =>
      plan(
        `python:${requirement}`,
        `${requirement} is installed for the application`,
        "application_has",
        requirement,
      ),
    ),
  ];
}

/** Values may have several lines, and what the build alone has may be longer than the console. */
function environmentChecks(application: ImageApplication): readonly PlannedCheck[] {
  const variables = variableWords(builtEnvironment(application));
  if (variables.length === 0) return [];
  const names = listed(Object.keys(application.environment ?? {}));
  return [
    plan(
      "application:environment",
      names === ""
        ? "the application gets the environment of the build while it is verified"
        : `the application gets exactly the declared values of ${names}`,
      canRun(application) ? "application_has_variables" : "service_has_variables",
      ...variables,
    ),
  ];
}

/** The promise about the image that nothing of `duringBuild` is in it. The build verifies it when it has removed it. */
export function forgottenEnvironmentChecks({ application }: ImageRecipe): readonly PlannedCheck[] {
  const { environment = {}, duringBuild } = application ?? {};
  const temporary = Object.keys(duringBuild?.environment ?? {});
  if (temporary.length === 0) return [];
  return [
    plan(
      "clean:build-environment",
      `the application's service has its own environment alone, and not ${listed(temporary)} of the build`,
      "service_has_variables",
      ...variableWords(environment),
      ...temporary.filter((name) => !Object.hasOwn(environment, name)),
    ),
  ];
}

/** `LOG_LEVEL=` and the beginning of the SHA-256 of its value. */
function variableWords(environment: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(environment).map(
    ([name, value]) => `${name}=${createHash("sha256").update(value).digest("hex").slice(0, 12)}`,
  );
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function answersCheck({ port, healthCheck, internal }: ImageApplication): PlannedCheck {
  const answers = (promise: string, ...request: readonly string[]) =>
    plan("application:answers", `the application ${promise}`, "application_answers", ...request);
  if (healthCheck === undefined) {
    const address = internal === true ? ["127.0.0.1"] : [];
    return answers(
      `answers HTTP on port ${port}`,
      ...["http_request", String(port), belowFiveHundred, "/", ...address],
    );
  }
  const { protocol } = healthCheck;
  const asked = `the load balancer's health check (${protocol.toUpperCase()} on port ${port})`;
  const request = requests[protocol];
  if (!("path" in healthCheck)) return answers(`accepts ${asked}`, request, String(port), "", "");
  const { path, statuses } = healthCheck;
  return answers(
    `answers ${asked} for ${path} with status ${statuses}`,
    // A path with other characters is sent as a browser would send it.
    ...[request, String(port), statusPattern(statuses)],
    path.replaceAll(/[^!-~]/gu, encodeURIComponent),
  );
}

/** The runtime's functions that send the request of a health check. */
const requests: Readonly<Record<ApplicationHealthCheck["protocol"], string>> = {
  http: "http_request",
  https: "tls_request",
  tcp: "tcp_connection",
  ssl: "tls_request",
};

/** A regular expression of the beginning of a status. */
const belowFiveHundred = "[1-4]";
