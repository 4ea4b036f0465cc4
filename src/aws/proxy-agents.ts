import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";
import type { ProxyServer } from "./proxy.ts";
import { proxyRefused, proxyUnreachable } from "./proxy-error.ts";

interface Trust {
  /** Certificates of authorities, in PEM form, in place of the usual ones. */
  readonly ca?: string;
}

/** Agents of Node's clients for http and https that take every request through a proxy. */
export function proxyAgents(proxy: ProxyServer, trust: Trust) {
  return {
    httpAgent: new ForwardingAgent(proxy, trust),
    httpsAgent: new TunnelAgent(proxy, trust),
  };
}

/** As many as a plan's look-ups need keep their connections, as without a proxy. */
const keepAlive = { keepAlive: true } as const;

type Options = Parameters<HttpsProxyAgent<string>["connect"]>[1];

/** For http: the proxy is sent the request itself. */
class ForwardingAgent extends HttpProxyAgent<string> {
  readonly #proxy: ProxyServer;

  constructor(proxy: ProxyServer, trust: Trust) {
    super(proxy.url, { ...keepAlive, ...trust });
    this.#proxy = proxy;
  }

  override async connect(request: ClientRequest & { _implicitHeader(): void }, options: Options) {
    try {
      return await super.connect(request, options);
    } catch (cause) {
      throw proxyUnreachable(this.#proxy, cause);
    }
  }
}

/** For https: the proxy makes a connection, of which it sees nothing but the host. */
class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #proxy: ProxyServer;
  readonly #trust: Trust;

  constructor(proxy: ProxyServer, trust: Trust) {
    super(proxy.url, { ...keepAlive, ...trust });
    this.#proxy = proxy;
    this.#trust = trust;
  }

  override async connect(request: ClientRequest, options: Options): Promise<Socket> {
    const answers: { statusCode: number; statusText: string }[] = [];
    request.once("proxyConnect", (answer) => answers.push(answer));
    let socket: Socket;
    try {
      // The agent keeps no options of its own for the connection behind the proxy.
      socket = await super.connect(request, { ...options, ...this.#trust });
    } catch (cause) {
      throw proxyUnreachable(this.#proxy, cause);
    }
    const [answer] = answers;
    if (answer === undefined || answer.statusCode === 200) return socket;
    // The package would hand the proxy's refusal on as if AWS had answered so.
    socket.destroy();
    const endpoint = `${options.host ?? "?"}:${options.port}`;
    throw proxyRefused(this.#proxy, endpoint, answer);
  }
}
