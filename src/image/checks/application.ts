import type { ApplicationHealthCheck, ImageApplication, ImageRecipe } from "../recipe.ts";
import { type PlannedCheck, plan } from "./planned-check.ts";

/** What the application may do, and that it answers. */
export function applicationChecks({
  application,
  openFiles,
}: ImageRecipe): readonly PlannedCheck[] {
  if (application === undefined) return [];
  return [
    ...application.python.map((requirement) =>
      plan(
        `python:${requirement}`,
        `${requirement} is installed for the application`,
        "application_has",
        requirement,
      ),
    ),
    plan(
      "application:user",
      `the application runs as ${application.user}, a user that cannot log in`,
      "application_runs_as",
      application.user,
    ),
    plan(
      "application:confined",
      "the application can bind ports below 1024 and has no other privilege",
      "application_is_confined",
      application.user,
    ),
    plan(
      "application:restarts",
      "the application restarts after it is killed",
      "application_restarts",
    ),
    answersCheck(application),
    plan(
      "application:code",
      `${application.user} cannot change the application's code or its service`,
      "application_is_protected",
      application.user,
    ),
    plan(
      "application:limits",
      `each process of the application may open ${openFiles} files (soft and hard) and dumps no core`,
      "application_has_limits",
      String(openFiles),
    ),
    plan(
      "application:journal",
      "the application logs to the journal",
      "application_logs_to_journal",
    ),
    plan("application:boot", "the application starts at every boot", "application_starts_at_boot"),
  ];
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
    ...[request, String(port), statuses, path.replaceAll(/[^!-~]/gu, encodeURIComponent)],
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
