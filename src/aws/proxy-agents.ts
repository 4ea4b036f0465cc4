import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIPv6, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { Agent, type AgentConnectOpts } from "agent-base";
import { HttpProxyAgent } from "http-proxy-agent";
import type { ProxyServer } from "./proxy.ts";
import { noProxy, proxyRefused, proxyUnreachable } from "./proxy-error.ts";

export interface Trust {
  /** Certificates of authorities in PEM form, instead of the usual ones. */
  readonly ca: string | undefined;
}

/**
 * Agents for Node's http and https clients that send every request through a proxy. A tunnel that is not
 * established after this many milliseconds fails with a TimeoutError.
 */
export function proxyAgents(proxy: ProxyServer, trust: Trust, milliseconds: number) {
  return {
    httpAgent: new ForwardingAgent(proxy, trust),
    httpsAgent: new TunnelAgent(proxy, trust, milliseconds),
  };
}

/** Keeps as many connections as a plan's lookups need, as without a proxy. */
const keepAlive = { keepAlive: true } as const;

/** For http: the proxy receives the request itself. */
class ForwardingAgent extends HttpProxyAgent<string> {
  readonly #proxy: ProxyServer;

  constructor(proxy: ProxyServer, trust: Trust) {
    super(proxy.url, { ...keepAlive, ...trust });
    this.#proxy = proxy;
  }

  override async connect(
    ...[request, options]: Parameters<HttpProxyAgent<string>["connect"]>
  ): Promise<Socket> {
    try {
      return await super.connect(request, options);
    } catch (cause) {
      throw proxyUnreachable(this.#proxy, cause);
    }
  }
}

/**
 * For https: the proxy opens a tunnel and sees only the host. Node's own client requests the tunnel,
 * because it limits the length of the answer's headers. https-proxy-agent does not.
 */
class TunnelAgent extends Agent {
  readonly #proxy: ProxyServer;
  readonly #trust: Trust;
  readonly #milliseconds: number;
  readonly #asking = new Set<ClientRequest>();

  constructor(proxy: ProxyServer, trust: Trust, milliseconds: number) {
    super(keepAlive);
    this.#proxy = proxy;
    this.#trust = trust;
    this.#milliseconds = milliseconds;
  }

  /** agent-base inspects the call stack instead, and does not reuse the tunnels that it keeps. */
  override isSecureEndpoint(): boolean {
    return true;
  }

  override async connect(_request: ClientRequest, options: AgentConnectOpts): Promise<Socket> {
    const host = options.host ?? "?";
    const endpoint = `${isIPv6(host) ? `[${host}]` : host}:${options.port}`;
    const { answer, socket } = await this.#ask(endpoint);
    const { statusCode = 0, statusMessage = "" } = answer;
    if (statusCode >= 200 && statusCode < 300) {
      return connectTls({ ...options, ...this.#trust, socket });
    }
    socket.destroy();
    throw proxyRefused(this.#proxy, endpoint, statusCode, statusMessage);
  }

  async #ask(endpoint: string): Promise<{ answer: IncomingMessage; socket: Socket }> {
    const { url } = this.#proxy;
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    const asking = send(url, {
      method: "CONNECT",
      path: endpoint,
      headers: { host: endpoint, "proxy-connection": "keep-alive", ...authorization(url) },
      agent: false,
      auth: null,
      ...this.#trust,
    });
    // The header would request to close the tunnel.
    asking.removeHeader("connection");
    this.#asking.add(asking);
    const timer = setTimeout(() => asking.destroy(new NoTunnel()), this.#milliseconds);
    try {
      return await new Promise((resolve, reject) => {
        asking.once("error", reject);
        asking.once("connect", (answer, socket: Socket) => resolve({ answer, socket }));
        asking.end();
      });
    } catch (cause) {
      if (cause instanceof NoTunnel) throw cause;
      throw noProxy(this.#proxy, cause) ?? proxyUnreachable(this.#proxy, cause);
    } finally {
      clearTimeout(timer);
      this.#asking.delete(asking);
    }
  }

  override destroy(): void {
    for (const asking of this.#asking) asking.destroy();
    super.destroy();
  }
}

/** The name is that of the SDK's own connection timeout error. */
class NoTunnel extends Error {
  override readonly name = "TimeoutError";
}

function authorization({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === "" && password === "") return {};
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(user).toString("base64")}` };
}
