import type { ImageRecipe } from "../../src/image/recipe.ts";

export const bytes = (text: string) => new TextEncoder().encode(text);

const application = `from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello():
    return "It works\\n"
`;

/** The image of the example tier, with everything that a recipe can hold. */
export const fullRecipe: ImageRecipe = {
  family: "amazon-linux-2023",
  release: "2023.9.20251117.1",
  updates: "all",
  packages: ["chrony", "telnet", "mtr", "tree"],
  services: ["chronyd"],
  ipv6: "disabled",
  hardening: "strong",
  kernel: {},
  audit: false,
  allow: { changed: [], setuid: [], writable: [] },
  openFiles: 65_535,
  files: [
    { path: "/etc/motd", content: bytes("Welcome to the tier.\nIt's watched.\n"), mode: "0644" },
    {
      path: "/etc/reconcile.bin",
      content: Uint8Array.of(0, 255, 10, 13, 39),
      mode: "0600",
      owner: "afterpay:afterpay",
    },
  ],
  run: ["mkdir -p /srv/own\ntouch /srv/own/ran"],
  verify: ["test -x /usr/bin/mtr", "test -e /srv/own/ran"],
  application: {
    source: { kind: "content", filename: "tiny_app.py", content: bytes(application) },
    python: ["flask", "gunicorn"],
    command: "gunicorn --bind 0.0.0.0:80 tiny_app:app",
    user: "afterpay",
    port: 80,
  },
  listeningPorts: [{ protocol: "tcp", from: 80, to: 80 }],
  timeoutSeconds: 1_800,
};
