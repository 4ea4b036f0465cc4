import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { ARCHIVE_END, headerOf, paddingAfter } from "../../src/packing/archive.ts";

const port = 18_082;

/** The ansible.cfg that names the server below in place of galaxy.ansible.com. */
export const galaxySettings = `[galaxy]
server_list = own

[galaxy_server.own]
url = http://127.0.0.1:${port}/
`;

const version = "1.2.3";

/** A module that writes a file, if it differs. */
const tell = `#!/usr/bin/python3
from ansible.module_utils.basic import AnsibleModule

module = AnsibleModule(argument_spec={"text": {"type": "str"}, "path": {"type": "path"}})
text, path = module.params["text"], module.params["path"]
try:
    with open(path) as file:
        before = file.read()
except FileNotFoundError:
    before = None
if before != text:
    with open(path, "w") as file:
        file.write(text)
module.exit_json(changed=before != text)
`;

const sha256 = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");

/** The archive of the collection reconcile.own, as `ansible-galaxy collection build` writes it. */
function collection(): Buffer {
  const files = JSON.stringify({
    files: [
      { name: ".", ftype: "dir", chksum_type: null, chksum_sha256: null, format: 1 },
      {
        ...{ name: "plugins/modules/tell.py", ftype: "file", chksum_type: "sha256" },
        ...{ chksum_sha256: sha256(tell), format: 1 },
      },
    ],
    format: 1,
  });
  const manifest = JSON.stringify({
    collection_info: {
      ...{ namespace: "reconcile", name: "own", version, authors: ["reconcile"], readme: "" },
      ...{ tags: [], description: "", license: [], license_file: null, dependencies: {} },
      ...{ repository: "", documentation: "", homepage: "", issues: "" },
    },
    file_manifest_file: {
      ...{ name: "FILES.json", ftype: "file", chksum_type: "sha256" },
      ...{ chksum_sha256: sha256(files), format: 1 },
    },
    format: 1,
  });
  const members = Object.entries({
    "MANIFEST.json": manifest,
    "FILES.json": files,
    "plugins/modules/tell.py": tell,
  });
  const blocks = members.flatMap(([path, text]) => {
    const content = Buffer.from(text);
    return [
      headerOf({ path, kind: "file", bytes: content.length }),
      content,
      paddingAfter(content.length),
    ];
  });
  return gzipSync(Buffer.concat([...blocks, ARCHIVE_END]));
}

interface Galaxy {
  /** The paths that were asked for. */
  readonly asked: readonly string[];
  close(): void;
}

/** A server of collections, as ansible-galaxy asks version 3 of Galaxy's API. It has one collection in one version. */
export async function serveGalaxy(): Promise<Galaxy> {
  const archive = collection();
  const asked: string[] = [];
  const base = "/api/v3/collections/reconcile/own/versions";
  const answers: Readonly<Record<string, object>> = {
    "/api/": { available_versions: { v3: "v3/" } },
    [`${base}/`]: {
      meta: { count: 1 },
      links: { first: null, previous: null, next: null, last: null },
      data: [{ version, href: `${base}/${version}/`, requires_ansible: ">=2.15" }],
    },
    [`${base}/${version}/`]: {
      namespace: { name: "reconcile" },
      collection: { name: "own" },
      ...{ name: "own", version, href: `${base}/${version}/`, signatures: [] },
      artifact: { filename: "own.tar.gz", sha256: sha256(archive), size: archive.length },
      download_url: `http://127.0.0.1:${port}/download/own.tar.gz`,
      metadata: { dependencies: {} },
    },
    "/api/v3/collections/reconcile/own/": {
      ...{ namespace: "reconcile", name: "own", versions_url: `${base}/` },
      ...{ highest_version: { version, href: `${base}/${version}/` } },
      created_at: "2026-01-01T00:00:00Z",
      updated_at: "2026-01-01T00:00:00Z",
    },
  };
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    if (url.startsWith("/download/")) response.end(archive);
    else {
      const answer = answers[`${url.replace(/\/?(\?.*)?$/, "")}/`];
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? {}));
    }
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return { asked, close: () => server.close() };
}
