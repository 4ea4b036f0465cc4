import { chmod } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Plugin, type RolldownOutput } from "rolldown";
import { bundledPackages, type Package, writeNotices } from "./notices.ts";

/**
 * The program as three bundles, which contain all packages, so that an installation installs nothing else:
 *
 * - `reconcile.js` starts, and `cached-code.js` loads the program together with its compiled code.
 * - `program/` is the program. Its files are CommonJS, because Node keeps the compiled code only of scripts, and
 *   each is a function.
 *   A file of each stage of a command is loaded with that stage. A command loads few files, because
 *   each costs time; what only few commands need stays apart.
 * - `terminal.js` is the live view. It is an ES module, because the layout engine of Ink awaits its
 *   WebAssembly at the top level.
 */

const root = fileURLToPath(new URL("..", import.meta.url));

/** What the program's file for a stage contains: these modules, and all that they import. */
const STAGES = [
  { name: "command-line", test: /src\/cli\/(process|run)\.ts$/ },
  { name: "stack-file", test: /src\/(cli\/commands\/validate|ui\/plain)\.ts$/ },
  { name: "account", test: /src\/(cli\/commands\/plan|cli\/wall-clock|aws\/clients)\.ts$/ },
];

/** Where the live view is cut off. */
const TERMINAL_VIEW = "../ui/ink/view.ts";

/**
 * Bundles the program into a directory that does not exist yet.
 *
 * @returns the files of which the bundles were made.
 */
export async function bundle(directory: string): Promise<readonly string[]> {
  const packages: Package[] = [];
  const program = await build({
    ...common(),
    input: { process: "src/cli/process.ts" },
    plugins: [terminalApart, asFunctions, bundledPackages(packages)],
    output: {
      ...output(`${directory}/program`),
      format: "cjs",
      // The name of a file's compiled code, which belongs to exactly this content.
      entryFileNames: "[name]-[hash].cjs",
      chunkFileNames: "[name]-[hash].cjs",
      dynamicImportInCjs: false,
      codeSplitting: {
        groups: STAGES.map((stage, index) => ({ ...stage, priority: STAGES.length - index })),
      },
    },
  });
  const terminal = await build({
    ...common(),
    input: { terminal: "src/ui/ink/view.ts" },
    plugins: [withoutDevtools, bundledPackages(packages)],
    output: { ...output(directory), entryFileNames: "[name].js", codeSplitting: false },
  });
  const entry = await build({
    ...common({ PROGRAM: JSON.stringify(`program/${entryOf(program)}`) }),
    input: { reconcile: "src/cli/main.ts" },
    plugins: [programCached, bundledPackages(packages)],
    output: {
      ...output(directory),
      entryFileNames: "[name].js",
      chunkFileNames: "[name].js",
    },
  });
  await chmod(`${directory}/${entryOf(entry)}`, 0o755);
  await writeNotices(packages, directory);
  return [program, terminal, entry].flatMap(filesOf);
}

function common(define: Readonly<Record<string, string>> = {}): BuildOptions {
  return {
    cwd: root,
    platform: "node",
    // The AWS SDK's ES modules. Its CommonJS modules cannot be tree-shaken or split.
    resolve: { mainFields: ["module", "main"] },
    transform: {
      // The oldest Node that package.json allows. It does not support `await using`.
      target: "node22.12",
      // React's code for production.
      define: { "process.env.NODE_ENV": '"production"', ...define },
    },
    logLevel: "warn",
  };
}

function output(dir: string) {
  return {
    dir,
    // Names are not mangled, so that the stack trace of a bug report is readable.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  } as const;
}

/** The program's own import of the live view, as an import by the function that `cached-code.ts` gives it. */
const terminalApart: Plugin = {
  name: "terminal-apart",
  transform: {
    filter: { id: /src\/cli\/choose-view\.ts$/ },
    handler(code) {
      const apart = code.replace(`import("${TERMINAL_VIEW}")`, 'importModule("./terminal.js")');
      if (apart === code) this.error(`choose-view.ts does not import ${TERMINAL_VIEW}`);
      return { code: apart, map: null };
    },
  },
};

/**
 * Makes each file the function that `cached-code.ts` calls, in ASCII. V8 keeps the text as long as the process runs.
 * A single character outside Latin-1 would double its size, and so would a function that is put around it
 * later. With 2 MB more, V8 marks and compacts its whole memory during a plan, which takes 25 ms of CPU time.
 */
const asFunctions: Plugin = {
  name: "as-functions",
  generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      if (file.type !== "chunk") continue;
      // A raw template would keep the backslash of an escape sequence.
      if (/\braw`[^`]*[^\0-\x7f]/.test(file.code)) this.error("a raw template is not in ASCII");
      const code = file.code.replace(/[^\0-\x7f]/g, escapeSequence);
      file.code = `(function(exports,require,module,__filename,__dirname,importModule){${code}\n})`;
    }
  },
};

function escapeSequence(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Ink loads the client of React's developer tools, a package that is not installed, when asked to. */
const withoutDevtools: Plugin = {
  name: "without-devtools",
  load: {
    filter: { id: /\/ink\/build\/devtools\.js$/ },
    handler: () => "export {};",
  },
};

/** In place of the program itself, what loads its bundle. */
const programCached: Plugin = {
  name: "program-cached",
  resolveId: {
    filter: { id: /^\.\/process\.ts$/ },
    handler: () => `${root}src/cli/cached-code.ts`,
  },
};

function entryOf({ output }: RolldownOutput): string {
  return output[0].fileName;
}

function filesOf({ output }: RolldownOutput): readonly string[] {
  return output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
}
