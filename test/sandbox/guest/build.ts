import type { ImageRecipe } from "../../../src/image/recipe.ts";
import { renderBuildScript } from "../../../src/image/script.ts";
import { type GuestPlay, playGuest } from "../../../src/sandbox/guest/guest.ts";

const encoder = new TextEncoder();

const releases = {
  "amazon-linux-2023": "2023.9.20251117.1",
  "debian-12": "20251112-2294",
  "ubuntu-24.04": "20251022",
} as const;

export const tinyApp = `from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello():
    return "Hello"
`;

/** The image and application sections of the contract's example, as a recipe. */
export function exampleRecipe(change: Partial<ImageRecipe> = {}): ImageRecipe {
  const family = change.family ?? "amazon-linux-2023";
  return {
    family,
    release: releases[family],
    updates: "all",
    packages: ["chrony", "telnet", "mtr", "tree"],
    services: ["chronyd"],
    ipv6: "disabled",
    hardening: "strong",
    kernel: {},
    audit: false,
    allow: { changed: [], setuid: [], writable: [] },
    openFiles: 65535,
    files: [{ path: "/etc/motd", content: encoder.encode("Welcome\n"), mode: "0644" }],
    run: [],
    verify: ["test -x /usr/bin/mtr"],
    application: {
      source: { kind: "content", filename: "tiny_app.py", content: encoder.encode(tinyApp) },
      python: ["flask", "gunicorn"],
      command: "gunicorn --bind 0.0.0.0:80 tiny_app:app",
      user: "afterpay",
      port: 80,
    },
    listeningPorts: [{ protocol: "tcp", from: 80, to: 80 }],
    timeoutSeconds: 1800,
    ...change,
  };
}

/** Plays the recipe's script, after `edit` changed its text, on a base image of its family. */
export function build(
  recipe: ImageRecipe,
  edit: (script: string) => string = (script) => script,
): GuestPlay {
  const { script } = renderBuildScript(recipe);
  return playScript(edit(script), recipe.family, recipe.release);
}

export function playScript(script: string, family: string, release: string): GuestPlay {
  const userData = encoder.encode(script);
  const startedAt = Date.UTC(2026, 10, 22);
  return playGuest({ instanceId: "i-0123456789abcdef0", family, release, userData, startedAt });
}

export interface Said {
  readonly number: number;
  readonly kind: string;
  readonly text: string;
}

/** The build's lines, each number once. */
export function said(play: GuestPlay): Said[] {
  const byNumber = new Map<number, Said>();
  for (const { text: line } of play.console) {
    const match = /^reconcile:[0-9a-f]{16} (\d+) (\w+) (.*) ~[0-9a-f]{8}$/.exec(line);
    if (match === null) continue;
    const [, number = "", kind = "", text = ""] = match;
    byNumber.set(Number(number), { number: Number(number), kind, text });
  }
  return [...byNumber.values()].toSorted((a, b) => a.number - b.number);
}

/** The texts of one kind. */
export function texts(play: GuestPlay, kind: string): string[] {
  return said(play).flatMap((line) => (line.kind === kind ? [line.text] : []));
}
