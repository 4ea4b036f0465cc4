import type { Finding } from "../finding.ts";
import { serverPorts } from "../load-balancer/listeners.ts";
import type { StackFile } from "../stack-file.ts";

/** Each type of load balancer has a way of its own to say what it checks. */
export function* healthCheckOfOtherType(file: StackFile): Iterable<Finding> {
  const { loadBalancer } = file;
  if (loadBalancer === undefined) return;
  yield* loadBalancer.type === "classic" ? ofApplication(file) : ofClassic(file);
}

function* ofApplication(file: StackFile): Iterable<Finding> {
  const { loadBalancer, application } = file;
  if (loadBalancer === undefined) return;
  const { path, status, target } = loadBalancer.healthCheck;
  const common = { severity: "error", at: "key", about: [["loadBalancer", "type"]] } as const;
  if (path !== undefined) {
    const port = application?.port ?? serverPorts(file)[0] ?? 80;
    const written = `write target: "HTTP:${port}${path.length > 60 ? "/…" : path}"`;
    yield {
      ...common,
      path: ["loadBalancer", "healthCheck", "path"],
      message: "the health check of a classic load balancer has its path in target",
      help: `${target === undefined ? written : "remove path"}, or write type: application`,
    };
  }
  if (status !== undefined) {
    yield {
      ...common,
      path: ["loadBalancer", "healthCheck", "status"],
      message: "for a classic load balancer, only an answer with status 200 is healthy",
      help: "remove status, or write type: application",
    };
  }
}

function* ofClassic({ loadBalancer }: StackFile): Iterable<Finding> {
  const { target, path } = loadBalancer?.healthCheck ?? {};
  if (target === undefined) return;
  const page = /^HTTPS?:\d+(.*)$/.exec(target)?.[1] ?? "/";
  const written = `write path: ${page.length > 60 ? "/…" : page} and status: 200`;
  yield {
    severity: "error",
    path: ["loadBalancer", "healthCheck", "target"],
    at: "key",
    message:
      "the health check of an application load balancer has no target: it requests a page on the port that the listeners forward to",
    help: `${path === undefined ? written : "remove target"}, or write type: classic`,
  };
}
