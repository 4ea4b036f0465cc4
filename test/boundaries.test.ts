import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { describe, expect, test } from "vitest";

/**
 * Which folders of src each folder may import from; `types` allows `import type`, and what is told
 * apart everywhere by its class: errors, and the words in a plan.
 */
const allowed: Readonly<Record<string, Readonly<Record<string, "all" | "types">>>> = {
  engine: {},
  spec: {},
  image: {},
  packing: { engine: "all" },
  aws: {},
  dns: {},
  schedule: {},
  sandbox: {},
  resources: { engine: "all", aws: "all", dns: "all", image: "all", schedule: "all" },
  stack: {
    spec: "all",
    engine: "all",
    image: "all",
    packing: "types",
    resources: "types",
    schedule: "all",
  },
  ui: { engine: "types" },
  cli: {
    engine: "all",
    spec: "all",
    image: "all",
    packing: "all",
    aws: "all",
    dns: "all",
    schedule: "all",
    sandbox: "all",
    resources: "all",
    stack: "all",
    ui: "all",
  },
};

/** npm packages that only these folders may name. */
const packages: readonly { readonly pattern: RegExp; readonly folders: readonly string[] }[] = [
  { pattern: /^@aws-sdk\/|^@smithy\//, folders: ["aws", "resources", "sandbox", "cli"] },
  { pattern: /^http-proxy-agent$|^agent-base$/, folders: ["aws"] },
  { pattern: /^ink$|^react$/, folders: ["ui"] },
  { pattern: /^commander$/, folders: ["cli"] },
  { pattern: /^yaml$/, folders: ["spec"] },
  { pattern: /^zod$/, folders: ["spec", "cli"] },
  // The sandbox unpacks what a build fetches.
  { pattern: /^tar\b/, folders: ["packing", "sandbox"] },
  { pattern: /^ignore$/, folders: ["packing"] },
  { pattern: /^croner$/, folders: ["spec", "schedule", "sandbox"] },
];

const shared = ["errors.ts", "worded.ts"].map((file) => join("engine", file));

interface Import {
  readonly file: string;
  readonly folder: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

const root = join(import.meta.dirname, "..", "src");
const sources = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) =>
  /\.tsx?$/.test(path),
);
const imports = sources.flatMap(importsOf);

function importsOf(path: string): readonly Import[] {
  const text = readFileSync(join(root, path), "utf8");
  const statement =
    /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^"';]*?from\s+"([^"]+)"|import\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g;
  return [...text.matchAll(statement)].map((match) => {
    const target = match[2] ?? match[3] ?? match[4] ?? "";
    return {
      file: path,
      folder: path.split(sep)[0] ?? "",
      target: target.startsWith(".") ? relative(root, join(root, dirname(path), target)) : target,
      typeOnly: match[1] !== undefined,
    };
  });
}

describe("the folders of src", () => {
  test("are those that the table knows, and are found", () => {
    expect(imports.length).toBeGreaterThan(100);
    const folders = readdirSync(root, { withFileTypes: true }).map((entry) => entry.name);
    expect(folders.filter((folder) => allowed[folder] === undefined)).toEqual([]);
  });

  test("import only from the folders that they may", () => {
    const wrong = imports.filter(({ folder, target, typeOnly }) => {
      const other = target.split(sep)[0] ?? "";
      if (other === folder || allowed[other] === undefined) return false;
      const rule = allowed[folder]?.[other];
      const asType = typeOnly || shared.includes(target);
      return rule === undefined || (rule === "types" && !asType);
    });
    expect(wrong).toEqual([]);
  });

  test("name only the packages that are theirs", () => {
    const wrong = imports.filter(({ folder, target }) =>
      packages.some(({ pattern, folders }) => pattern.test(target) && !folders.includes(folder)),
    );
    expect(wrong).toEqual([]);
  });
});

/** Biome's own rule, as `biome.json` sets it. */
function importCircles(folder: string): string {
  const biome = join(import.meta.dirname, "..", "node_modules", ".bin", "biome");
  const { stdout, stderr } = spawnSync(
    biome,
    ["lint", "--only=suspicious/noImportCycles", "--reporter=github", "src"],
    { cwd: folder, encoding: "utf8" },
  );
  return `${stdout}${stderr}`;
}

describe("imports", () => {
  test("of src go in no circle", () => {
    const said = importCircles(join(root, ".."));
    const circles = said.split("\n").filter((line) => line.includes("noImportCycles"));
    expect(circles).toEqual([]);
    expect(said).not.toContain("No files were processed");
  });

  test("of types and dynamic imports count, too", () => {
    const folder = mkdtempSync(join(tmpdir(), "reconcile-circle-"));
    try {
      for (const name of ["biome.json", ".gitignore"]) {
        cpSync(join(root, "..", name), join(folder, name));
      }
      const files = {
        "type-a": 'import type { B } from "./type-b.ts";\nexport type A = B[];\n',
        "type-b": 'import type { A } from "./type-a.ts";\nexport type B = A | string;\n',
        "lazy-a": 'export { b as a } from "./lazy-b.ts";\n',
        "lazy-b": 'export const b = () => import("./lazy-a.ts");\n',
      };
      mkdirSync(join(folder, "src"));
      for (const [name, text] of Object.entries(files)) {
        writeFileSync(join(folder, "src", `${name}.ts`), text);
      }
      const said = importCircles(folder);
      for (const name of Object.keys(files)) expect(said).toContain(`${name}.ts`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Names that two folders export for the same thing, because neither may import the other. */
const inTwoFolders: readonly string[] = ["Clock"];

/**
 * What a file is among its siblings: the folders of resource types, and those of sections, have files of
 * the same names, whose exports play the same part.
 */
function partOf(path: string): string {
  const [folder, , file] = path.split(sep);
  return file !== undefined && ["resources", "spec"].includes(folder ?? "")
    ? join(folder ?? "", "*", file)
    : path;
}

describe("an exported name", () => {
  // The sandbox speaks AWS's language, in which a load balancer is the service's own record. A command's
  // function is called as people call the command.
  const named = sources
    .filter((path) => !path.startsWith(join("sandbox", "")) && !/^cli.commands./.test(path))
    .flatMap((path) => {
      const text = readFileSync(join(root, path), "utf8");
      const exported =
        /^export (?:async )?(?:abstract )?(?:function\*?|const|interface|type|class) (\w+)/gm;
      return [...text.matchAll(exported)].map(([, name = ""]) => ({ name, part: partOf(path) }));
    });

  test("has one meaning in src, so that a reader who finds it has found the right one", () => {
    const parts = Map.groupBy(named, ({ name }) => name);
    const ambiguous = [...parts].flatMap(([name, uses]) => {
      const distinct = [...new Set(uses.map(({ part }) => part))];
      return distinct.length === 1 ? [] : [{ name, parts: distinct }];
    });
    expect(ambiguous.filter(({ name }) => !inTwoFolders.includes(name))).toEqual([]);
    expect(ambiguous.map(({ name }) => name)).toEqual(expect.arrayContaining([...inTwoFolders]));
  });
});
