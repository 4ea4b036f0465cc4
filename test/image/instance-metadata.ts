import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface MetadataServer {
  readonly url: string;
  /** The requests: method, path and token. */
  readonly asked: readonly (readonly [
    method: string | undefined,
    path: string | undefined,
    token: unknown,
  ])[];
  close(): void;
}

/** The key with which a server with this metadata signs. */
export const serverKey = {
  AccessKeyId: "ASIASERVER",
  SecretAccessKey: "secret",
  Token: "session",
} as const;

/**
 * Instance metadata as "Instance metadata categories" and "Use IMDSv2" of the EC2 User Guide describe them. `items` are
 * further ones by their paths below `meta-data`, and may change meanwhile.
 */
export async function serveMetadata(
  region: string,
  {
    role = true,
    items = {},
  }: { readonly role?: boolean; readonly items?: Readonly<Record<string, string>> } = {},
): Promise<MetadataServer> {
  const asked: [string | undefined, string | undefined, unknown][] = [];
  const contents: Readonly<Record<string, string>> = {
    "/latest/meta-data/placement/region": region,
    "/latest/meta-data/services/domain": "amazonaws.com",
    ...(role && {
      "/latest/meta-data/iam/security-credentials/": "shop",
      "/latest/meta-data/iam/security-credentials/shop": JSON.stringify(serverKey),
    }),
  };
  const server = createServer((request, response) => {
    const token = request.headers["x-aws-ec2-metadata-token"];
    asked.push([request.method, request.url, token]);
    const item = items[(request.url ?? "").replace("/latest/meta-data/", "")];
    const content = item ?? contents[request.url ?? ""];
    if (request.method === "PUT" && request.url === "/latest/api/token") response.end("token");
    else if (token !== "token") response.writeHead(401).end();
    else if (content === undefined) response.writeHead(404).end();
    else response.end(content);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
