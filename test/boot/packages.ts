import { once } from "node:events";
import { createReadStream, readdirSync, statSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { folder } from "./machine.ts";
import { npmArchive, npmDocument } from "./npm-packages.ts";

/** Known to the systems under test by a name of their own, since each sees this machine elsewhere. */
export const host = "packages";
const port = 18_081;
export const address = `http://${host}:${port}`;

/** Serves the packages that were downloaded, as repositories of Debian, of Python and of npm. */
export async function servePackages(): Promise<Server> {
  const server = createServer(({ url = "" }, response) => {
    if (url.startsWith("/npm/"))
      return sendNpm(decodeURIComponent(url.slice("/npm/".length)), response);
    const [, kind, name] = /^\/(debian|python)\/(?:\.\/)?([\w.%~+-]+)\/?$/.exec(url) ?? [];
    const file = `${folder}/packages/${kind}/${decodeURIComponent(name ?? "")}`;
    if (kind === "python" && url.endsWith("/")) {
      response.setHeader("content-type", "text/html").end(project(name ?? ""));
    } else sendFile(file, response);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** `fastify`, `@fastify/error` or `-/fastify-error-4.2.0.tgz` */
function sendNpm(path: string, response: ServerResponse): void {
  if (path.startsWith("-/")) {
    sendFile(npmArchive(path.slice(2)), response);
    return;
  }
  const document = npmDocument(path, `${address}/npm`);
  if (document === undefined) response.writeHead(404);
  response.end(JSON.stringify(document ?? {}));
}

/** Answers with the content of that file, or that there is none. */
export function sendFile(file: string, response: ServerResponse): void {
  const status = statSync(file, { throwIfNoEntry: false });
  if (!status?.isFile()) {
    response.writeHead(404).end();
  } else {
    response.setHeader("content-length", status.size);
    createReadStream(file).pipe(response);
  }
}

/** What a Python package index says of one project: links to its files (PEP 503). */
function project(name: string): string {
  return readdirSync(`${folder}/packages/python`)
    .filter((file) => normal(file.split("-")[0] ?? "") === normal(name))
    .map((file) => `<a href="../${file}">${file}</a>\n`)
    .join("");
}

const normal = (name: string) => name.toLowerCase().replaceAll(/[-_.]+/g, "-");
