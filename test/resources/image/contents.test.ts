import { describe, expect, test } from "vitest";
import { NOT_STORED, Worded } from "../../../src/engine/worded.ts";
import {
  contentsOf,
  contentTexts,
  type ImageContents,
  withoutSecrets,
} from "../../../src/image/contents.ts";
import type { ImageApplication, ImageRecipe, SourceEntry } from "../../../src/image/recipe.ts";
import { storedContent } from "../../../src/resources/image/contents.ts";
import { image } from "../../../src/resources/image/index.ts";
import { shorten, untold } from "../../../src/resources/image/inputs.ts";
import type { ImageFields } from "../../../src/resources/image/live.ts";
import { packSource } from "../../../src/resources/image/source-record.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

const recipe: ImageRecipe = {
  family: "debian-12",
  release: "1",
  updates: "all",
  packages: ["chrony", "mtr"],
  sources: [
    {
      name: "tools",
      url: "https://packages.example.com/debian?key=hunter2",
      suites: ["bookworm"],
      components: ["main", "extra"],
      key: "a key\n",
    },
  ],
  proxy: "http://10.0.0.5:3128",
  services: ["chronyd"],
  ipv6: "disabled",
  hardening: "strong",
  kernel: {},
  audit: false,
  allow: { changed: ["/etc/a", "/etc/b c"], setuid: ["/opt/tool"], writable: [] },
  openFiles: 1024,
  files: [
    { path: "/etc/motd", mode: "0644", content: bytes("Welcome\n") },
    { path: "/opt/two words", mode: "0755", content: new Uint8Array([0xff, 0x00]) },
  ],
  run: ["echo one", "for n in 1 2; do\n  echo $n\ndone\n", "echo two"],
  verify: ["test -x /usr/bin/mtr"],
  application: {
    source: { kind: "content", filename: "shop.py", content: bytes("print(1)\n") },
    python: ["flask", "gunicorn==23.0.0"],
    command: "gunicorn --bind 0.0.0.0:80 shop:app",
    user: "shop",
    port: 80,
  },
  listeningPorts: [],
  timeoutSeconds: 60,
};
const wanted = contentsOf(recipe);
const texts = contentTexts(recipe);
const names = Object.keys(texts) as (keyof ImageContents)[];

describe("what an image contains", () => {
  test("of a playbook is what the text says, and nothing if somebody changed it", () => {
    const text = "my%20site.yml sha256:0123456789ab; version 2.18.1; variables tier=0123456789ab";
    expect(storedContent("ansible", text, wanted)).toEqual({
      playbook: "my site.yml",
      version: "2.18.1",
      collections: [],
      variables: { tier: NOT_STORED },
      directory: new Worded("a directory"),
    });
    expect(storedContent("ansible", "", wanted)).toBeNull();
    expect(storedContent("ansible", "site.yml; version 2", wanted)).toBe(NOT_STORED);
  });

  test("is known whole from its file, and keeps content that is no text", () => {
    expect(wanted).toEqual({
      ansible: null,
      packages: ["chrony", "mtr"],
      sources: [
        expect.stringMatching(
          /^tools https:\/\/packages\.example\.com\/debian\?sha256:\w{12} bookworm main extra, key sha256:\w{12}$/,
        ),
        "proxy http://10.0.0.5:3128",
      ],
      services: ["chronyd"],
      files: {
        "/etc/motd": { mode: "0644", content: "Welcome\n" },
        "/opt/two words": { mode: "0755", content: "base64:/wA=" },
      },
      run: recipe.run,
      verify: recipe.verify,
      allow: ["changed /etc/a", "changed /etc/b c", "setuid /opt/tool"],
      environment: {},
      application: {
        source: { file: "shop.py", content: "print(1)\n" },
        command: "gunicorn --bind 0.0.0.0:80 shop:app",
        user: "shop",
        port: 80,
        python: ["flask", "gunicorn==23.0.0"],
        healthCheck: null,
      },
    });
  });

  test.each<[object, string]>([
    [{ healthCheck: { protocol: "http", path: "/a;b", statuses: "200" } }, "HTTP /a;b 200"],
    [{ healthCheck: { protocol: "tcp" } }, "TCP"],
    [{ internal: true }, "on another port"],
  ])("tells how the application is asked: %j", (change, shown) => {
    const asked = { ...recipe, application: { ...recipe.application, ...change } } as ImageRecipe;
    const { application } = contentTexts(asked);
    expect(contentsOf(asked).application).toMatchObject({ healthCheck: shown });
    expect(storedContent("application", application, wanted)).toEqual(
      contentsOf(asked).application,
    );
    expect(withoutSecrets(application)).toBe(application);
  });

  test("does not tell the query of a health check", () => {
    const healthCheck = { protocol: "http", path: "/up?token=hunter2", statuses: "200" };
    const asked = { ...recipe, application: { ...recipe.application, healthCheck } } as ImageRecipe;
    expect(contentTexts(asked).application).toMatch(/; health check HTTP \/up\?sha256:\w+ 200$/);
    expect(JSON.stringify(contentsOf(asked))).not.toContain("hunter2");
  });

  test.each(names)("is read back from its tags where nothing differs: %s", (name) => {
    expect(storedContent(name, texts[name], wanted)).toEqual(wanted[name]);
  });

  test.each(names)("is not known where a tag has a digest, or nothing: %s", (name) => {
    expect(storedContent(name, shorten(name, "x".repeat(300)), wanted)).toBe(NOT_STORED);
    expect(storedContent(name, untold, wanted)).toBe(NOT_STORED);
  });

  const nothing = contentsOf({ ...recipe, ...empty() });
  test.each(names)("is nothing where a tag has none: %s", (name) => {
    expect(contentTexts({ ...recipe, ...empty() })[name]).toBe("");
    expect(storedContent(name, "", wanted)).toEqual(nothing[name]);
  });

  const other = contentsOf({
    ...recipe,
    files: [{ path: "/etc/motd", mode: "0600", content: bytes("Bye\n") }],
    run: ["echo three"],
    application: undefined,
  });

  test("is known but for files whose content differs", () => {
    expect(storedContent("files", texts.files, other)).toEqual({
      "/etc/motd": { mode: "0644", content: NOT_STORED },
      "/opt/two words": { mode: "0755", content: NOT_STORED },
    });
    expect(storedContent("files", `${texts.files}\nno file`, other)).toBe(NOT_STORED);
  });

  test("has commands line by line where nothing tells which belong together", () => {
    expect(storedContent("run", texts.run, other)).toEqual([
      "echo one",
      "for n in 1 2; do",
      "  echo $n",
      "done",
      "",
      "echo two",
    ]);
  });

  test("is known of an application but for its source and its command", () => {
    expect(storedContent("application", texts.application, other)).toEqual({
      ...wanted.application,
      source: { file: "shop.py", content: NOT_STORED },
      command: NOT_STORED,
    });
    const source = {
      kind: "url",
      url: "https://example.com/a.zip",
      sha256: "ab".repeat(32),
    } as const;
    const fetched: ImageRecipe = {
      ...recipe,
      application: { source, command: "./a", user: "shop", port: 1, python: [] },
    };
    const { application } = contentTexts(fetched);
    expect(storedContent("application", application, contentsOf(fetched))).toEqual(
      contentsOf(fetched).application,
    );
    expect(storedContent("application", application, wanted)).toMatchObject({
      source: { url: source.url, sha256: `sha256:${"ab".repeat(6)}` },
    });
  });

  test("is not guessed from a text of another form", () => {
    expect(storedContent("application", "no such text", undefined)).toBe(NOT_STORED);
  });
});

describe("what an application is prepared with", () => {
  const full: Partial<ImageApplication> = {
    python: [],
    pythonVersion: "3.11",
    requirements: "deps of; it/50%.txt",
    build: ["npm ci --token=hunter2", "npm run build"],
    writable: ["uploads", "a; b"],
    environment: { LEVEL: "info", TOKEN: "hunter2" },
    duringBuild: { environment: { TOKEN: "hunter2" }, answers: false },
    healthCheck: { protocol: "http", path: "/a; writable x", statuses: "200" },
  };
  const of = (change: Partial<ImageApplication>): ImageRecipe => ({
    ...recipe,
    application: { ...recipe.application, ...full, ...change } as ImageApplication,
  });
  const shownOf = (change: Partial<ImageApplication>, as: Partial<ImageApplication> = {}) => {
    const said = contentTexts(of(change));
    const file = contentsOf(of(as));
    return {
      application: storedContent("application", said.application, file),
      environment: storedContent("environment", said.environment, file),
    };
  };

  test("is read back from its tags where nothing differs", () => {
    const { application, environment } = contentsOf(of({}));
    expect(shownOf({})).toEqual({ application, environment });
    expect(application).toMatchObject({
      build: full.build,
      writable: full.writable,
      python: { version: "3.11", requirements: "deps of; it/50%.txt" },
      duringBuild: full.duringBuild,
    });
  });

  test("is in no tag where it may be secret", () => {
    const said = contentTexts(of({}));
    expect(JSON.stringify(said)).not.toContain("hunter2");
    expect(withoutSecrets(said.application)).toBe(said.application);
  });

  test.each<[string, Partial<ImageApplication>, object]>([
    [
      "the environment, value by value",
      { environment: { LEVEL: "debug", TOKEN: "hunter2", GONE: "1" } },
      { environment: { LEVEL: NOT_STORED, TOKEN: "hunter2", GONE: NOT_STORED } },
    ],
    ["its commands", { build: ["make"] }, { application: { build: NOT_STORED } }],
    [
      "its Python",
      { pythonVersion: undefined, requirements: "b.txt" },
      { application: { python: { version: null, requirements: "b.txt" } } },
    ],
    ["its folders", { writable: ["x"] }, { application: { writable: ["x"] } }],
    [
      "what the build alone has",
      { duringBuild: { environment: {}, answers: false } },
      { application: { duringBuild: NOT_STORED } },
    ],
  ])("tells what differs: %s", (_what, change, shown) => {
    expect(shownOf(change)).toMatchObject(shown);
    const changed = contentTexts(of(change));
    const before = contentTexts(of({}));
    expect([changed.application, changed.environment]).not.toEqual([
      before.application,
      before.environment,
    ]);
  });

  test("leaves the text of an application without it as earlier releases wrote it", () => {
    const none = { build: [], writable: [], environment: {}, duringBuild: undefined };
    const settled = { ...none, duringBuild: { environment: {}, answers: true } };
    for (const change of [none, settled]) {
      const same = { ...recipe.application, ...change } as ImageApplication;
      expect(contentTexts({ ...recipe, application: same }).application).toBe(texts.application);
      expect(contentsOf({ ...recipe, application: same }).application).toEqual(wanted.application);
    }
  });
});

describe("what may be secret of an application is not in its text:", () => {
  const command = "serve --token hunter2; as root on port 1; python x";
  const signed = "https://example.com/a.zip?X-Amz-Signature=hunter2";
  const of = (part: object): ImageRecipe => ({
    ...recipe,
    application: { ...recipe.application, ...part } as NonNullable<ImageRecipe["application"]>,
  });
  const source = (url: string) => ({ source: { kind: "url", url, sha256: "ab".repeat(32) } });

  test.each([
    ["a command", of({ command }), of({ command: `${command}2` })],
    ["a URL's query", of(source(signed)), of(source(`${signed}2`))],
    ["a URL's fragment", of(source("https://a.b/c#hunter2")), of(source("https://a.b/c#other"))],
  ])("%s, although another one differs", (_what, one, another) => {
    const { application: text } = contentTexts(one);
    expect(text).not.toContain("hunter2");
    expect(contentTexts(another).application).not.toBe(text);
    expect(storedContent("application", text, contentsOf(one))).toEqual(
      contentsOf(one).application,
    );
    const before = JSON.stringify(storedContent("application", text, contentsOf(another)));
    expect(before).not.toContain("hunter2");
    expect(before).toContain(JSON.stringify(NOT_STORED));
  });

  test("a URL without a query stays readable", () => {
    const one = of(source("https://example.com/a.zip"));
    expect(contentTexts(one).application).toContain("https://example.com/a.zip sha256:");
  });

  const end = "; as shop on port 80; python flask gunicorn==23.0.0";
  test.each([
    ["a file", of({ command }), (digest: string) => `shop.py ${digest}; ${command}${end}`],
    [
      "a signed URL",
      of({ command, ...source(signed) }),
      () => `${signed} sha256:abababababab; ${command}${end}`,
    ],
    ["several lines", of({ command: "a\nb" }), (digest: string) => `shop.py ${digest}; a\nb${end}`],
  ])("the text of an earlier release, which had it, is the same: %s", (_what, one, earlier) => {
    const { application: text } = contentTexts(one);
    const digest = /sha256:[0-9a-f]{12}/.exec(texts.application)?.[0] ?? "";
    expect(withoutSecrets(earlier(digest))).toBe(text);
    expect(withoutSecrets(text)).toBe(text);
  });

  test.each(["", untold, shorten("application", "x".repeat(300))])(
    "%j has nothing to leave out",
    (text) => {
      expect(withoutSecrets(text)).toBe(text);
    },
  );
});

function empty() {
  return {
    packages: [],
    sources: [],
    proxy: undefined,
    allow: { changed: [], setuid: [], writable: [] },
    services: [],
    files: [],
    run: [],
    verify: [],
    application: undefined,
  };
}

describe("a plan shows both sides of", () => {
  const side = (some: Partial<ImageFields>) => some as ImageFields;

  test.each(names)("%s", (name) => {
    const file = side({ contents: wanted, texts });
    const { shown } = image.fields[name];
    expect(shown?.(file, file)).toEqual(wanted[name]);
    expect(shown?.(side({ texts }), file)).toEqual(wanted[name]);
    expect(shown?.(side({ texts: { ...texts, [name]: untold } }), file)).toBe(NOT_STORED);
    expect(shown?.(side({}), file)).toBeUndefined();
  });
});

describe("a directory in a plan", () => {
  const entry = (path: string, digest = "file 1", size = 700) => ({ path, bytes: size, digest });
  const before = [entry("app.py"), entry("b.py"), entry("c.py")];
  const after = [entry("app.py", "file 2"), entry("b.py"), entry("d.py")];
  const from = (entries: readonly SourceEntry[], sha256: string, isStored = true): ImageRecipe => {
    const { application } = recipe;
    if (application === undefined) throw new Error("the recipe has an application");
    const common = { sha256: sha256.repeat(32), entries };
    const source = isStored
      ? ({ kind: "stored", filename: "source.tar", ...common } as const)
      : ({ kind: "files", files: [], ...common } as const);
    return { ...recipe, application: { ...application, source } };
  };
  const desired = (of: ImageRecipe) =>
    ({ contents: contentsOf(of), texts: contentTexts(of) }) as unknown as ImageFields;
  const live = (of: ImageRecipe, entries?: readonly SourceEntry[]) =>
    ({
      texts: contentTexts(of),
      ...(entries && { sourceRecord: packSource(entries, 1000) }),
    }) as unknown as ImageFields;
  /** Both sides of the source, as JSON has them. */
  const shown = (was: ImageFields, is: ImageFields) => {
    const rule = image.fields.application;
    const source = (value: unknown) => JSON.parse(JSON.stringify(value ?? {})).source;
    return [source(rule.shown?.(was, is)), source(rule.shown?.(is, is, was))];
  };

  test("is the same however it reaches the builder", () => {
    expect(contentTexts(from(before, "ab", false))).toEqual(contentTexts(from(before, "ab")));
    expect(contentTexts(from(before, "ab")).application).toContain(
      "directory/ sha256:abababababab; ",
    );
  });

  test("that is new is shown by its size", () => {
    const is = desired(from(after, "cd"));
    expect(image.fields.application.shown?.(is, is)).toMatchObject({
      source: { directory: { words: "3 files with 2 KiB" } },
    });
    const small = desired(from([entry("a", "", 1)], "cd"));
    expect(image.fields.application.shown?.(small, small)).toMatchObject({
      source: { directory: { words: "1 file with 1 byte" } },
    });
  });

  test("shows the files that differ", () => {
    expect(shown(live(from(before, "ab"), before), desired(from(after, "cd")))).toEqual([
      {},
      { directory: "1 file changed (app.py), 1 added (d.py), 1 removed (c.py)" },
    ]);
  });

  test("is the same on both sides if its digest is", () => {
    const size = { directory: "3 files with 2 KiB" };
    expect(shown(live(from(before, "ab"), before), desired(from(before, "ab")))).toEqual([
      size,
      size,
    ]);
    expect(shown(live(from(before, "ab")), desired(from(before, "ab")))).toEqual([size, size]);
  });

  test("says so if the digest differs and no mark does", () => {
    expect(shown(live(from(before, "ab"), before), desired(from(before, "cd")))[1]).toEqual({
      directory: "other files",
    });
  });

  test("without a record is not guessed", () => {
    const is = desired(from(after, "cd"));
    const size = { directory: "3 files with 2 KiB" };
    const unknown = { directory: NOT_STORED.words };
    expect(shown(live(from(before, "ab")), is)).toEqual([unknown, size]);
    const broken = { ...live(from(before, "ab")), sourceRecord: "somebody's own" };
    expect(shown(broken, is)).toEqual([unknown, size]);
  });

  test("in the place of a file, and the other way round", () => {
    const file = { file: "shop.py", content: "print(1)\n" };
    expect(shown(live(recipe), desired(from(after, "cd")))).toEqual([
      { file: "shop.py", content: NOT_STORED.words },
      { directory: "3 files with 2 KiB" },
    ]);
    expect(shown(live(from(before, "ab"), before), desired(recipe))).toEqual([
      { directory: "a directory" },
      file,
    ]);
  });

  test("does not stand for a large file", () => {
    const { application } = recipe;
    if (application === undefined) throw new Error("the recipe has an application");
    const of = (sha256: string): ImageRecipe => ({
      ...recipe,
      application: {
        ...application,
        source: { kind: "stored", filename: "app.jar", sha256: sha256.repeat(32) },
      },
    });
    expect(shown(live(of("ab")), desired(of("cd")))).toEqual([
      { file: "app.jar", sha256: "sha256:abababababab" },
      { file: "app.jar", sha256: "cd".repeat(32) },
    ]);
    expect(shown(live(of("ab")), desired(of("ab")))[0]).toEqual({
      file: "app.jar",
      sha256: "ab".repeat(32),
    });
  });
});
