import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

type Parameters = Readonly<Record<string, string>>;

/** A refusal of a call: its code. */
type Refusal = "AccessDenied" | "Throttling" | "not in XML";

/** Auto Scaling as far as a server needs it: the server's state in its group, which a test sets. */
export interface AutoScalingEndpoint {
  readonly url: string;
  /** The parameters of all calls, without their version. */
  readonly calls: Parameters[];
  readonly requests: { readonly headers: IncomingHttpHeaders; readonly body: string }[];
  /** Undefined: the server is in no group. */
  state: string | undefined;
  /** The answers to the next calls of an action, before it succeeds. */
  readonly refusals: Record<string, Refusal[]>;
  /** What happens when a hook is completed. */
  completed: (call: Parameters) => void;
  close(): void;
}

const GROUP = "shop&co";

const namespace = "http://autoscaling.amazonaws.com/doc/2011-01-01/";

export async function serveAutoScaling(): Promise<AutoScalingEndpoint> {
  const endpoint = {
    calls: [] as Parameters[],
    requests: [] as { headers: IncomingHttpHeaders; body: string }[],
    state: undefined as string | undefined,
    refusals: {} as Record<string, Refusal[]>,
    completed: (_call: Parameters) => {},
  };
  const answer = (call: Parameters): readonly [status: number, body: string] => {
    const { Action: action = "" } = call;
    const refusal = endpoint.refusals[action]?.shift();
    if (refusal === "not in XML") return [503, "Service Unavailable"];
    if (refusal !== undefined) {
      const error = `<Error><Type>Sender</Type><Code>${refusal}</Code><Message>no ${action}</Message></Error>`;
      return [400, `<ErrorResponse xmlns="${namespace}">${error}</ErrorResponse>`];
    }
    if (action === "CompleteLifecycleAction") endpoint.completed(call);
    const { state } = endpoint;
    const member =
      state === undefined
        ? ""
        : `<member><AutoScalingGroupName>${GROUP.replace("&", "&amp;")}</AutoScalingGroupName><LifecycleState>${state}</LifecycleState></member>`;
    const result = `<${action}Result><AutoScalingInstances>${member}</AutoScalingInstances></${action}Result>`;
    return [200, `<${action}Response xmlns="${namespace}">${result}</${action}Response>`];
  };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    endpoint.requests.push({ headers: request.headers, body });
    const { Version: _, ...call } = Object.fromEntries(new URLSearchParams(body));
    endpoint.calls.push(call);
    const [status, content] = answer(call);
    response.writeHead(status).end(content);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(endpoint, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  });
}

/** The calls that complete a hook. */
export function completions({ calls }: AutoScalingEndpoint): readonly Parameters[] {
  return calls.filter(({ Action }) => Action === "CompleteLifecycleAction");
}

/** The call that completes a hook with this result. */
export function completion(hook: string, result: string, instance: string): Parameters {
  return {
    Action: "CompleteLifecycleAction",
    AutoScalingGroupName: GROUP,
    LifecycleHookName: hook,
    InstanceId: instance,
    LifecycleActionResult: result,
  };
}
