import type { Stats } from "node:fs";
import type { Script } from "node:vm";
import { EXIT } from "./exit-code.ts";

/**
 * Loads the bundled program with its compiled code, which an earlier process has stored. Compiling takes longer
 * than a plan's own work. Node's own cache stores a file's code before its functions are compiled, which
 * happens when they are first called. This one stores the code at the end of the process.
 *
 * Only the bundle contains this module. It takes the place of `process.ts`.
 */

/** The program's first file, relative to this one. The bundler defines it. */
declare const PROGRAM: string;

// An import would also load what Node loads only on access, for example all of its streams.
const fs = process.getBuiltinModule("node:fs");
const nodeModule = process.getBuiltinModule("node:module");
const os = process.getBuiltinModule("node:os");
const { basename, dirname, isAbsolute, join } = process.getBuiltinModule("node:path");
const vm = process.getBuiltinModule("node:vm");
// The program itself loads this module, too.
const { crc32 } = process.getBuiltinModule("node:zlib");

/** A file of the program, as the bundler has written it. `importModule` is for the ES modules beside them. */
type File = (
  exports: object,
  require: (name: string) => unknown,
  module: { readonly exports: object },
  path: string,
  directory: string,
  importModule: (name: string) => Promise<unknown>,
) => void;

const loaded = new Map<string, { exports: object }>();
const scripts: { readonly script: Script; readonly path: string; readonly isStored: boolean }[] =
  [];
const folder = usableFolder();

process.on("exit", (code) => {
  // A command that failed has used little of the program.
  const isIncomplete = scripts.some(({ isStored }) => !isStored);
  if (folder !== undefined && isIncomplete && code !== EXIT.error) store(folder);
});

function load(path: string): object {
  const known = loaded.get(path);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(path, module);
  const directory = dirname(path);
  const require = (name: string) =>
    name.startsWith(".") ? load(join(directory, name)) : process.getBuiltinModule(name);
  const file: File = compile(path).runInThisContext();
  file(module.exports, require, module, path, directory, importModule);
  return module.exports;
}

function compile(path: string): Script {
  // The bundler has written it in ASCII, so that it is the same in both encodings. This one takes less memory.
  const code = fs.readFileSync(path, "latin1");
  const stored = folder === undefined ? undefined : readStored(storedPath(folder, path));
  const script = new vm.Script(code, {
    filename: path,
    ...(stored !== undefined && { cachedData: stored.code }),
  });
  // V8 rejects code of another version of V8, or of other options.
  const isStored = stored?.isFresh === true && script.cachedDataRejected !== true;
  scripts.push({ script, path, isStored });
  return script;
}

async function importModule(name: string): Promise<unknown> {
  if (folder !== undefined && makePrivate(folder)) {
    nodeModule.enableCompileCache?.(join(folder, "modules"));
  }
  return import(new URL(name, import.meta.url).href);
}

/** A bundled file's name contains a hash of its content, so its code never belongs to another content. */
function storedPath(folder: string, path: string): string {
  return join(folder, `${basename(path)}.code`);
}

/**
 * Stored code is replaced each day. Then it also contains the functions that other commands have called, and
 * a file that is much older belongs to a bundle that is gone.
 */
const DAY = 24 * 60 * 60 * 1000;
const LONGEST = 30 * DAY;

const CHECKSUM_BYTES = 4;

function readStored(path: string): { code: Buffer; isFresh: boolean } | undefined {
  try {
    const found = fs.lstatSync(path);
    if (!found.isFile() || !isClosed(found)) return undefined;
    const content = fs.readFileSync(path);
    const code = content.subarray(0, -CHECKSUM_BYTES);
    if (content.readUInt32LE(code.length) !== crc32(code)) return undefined;
    return { code, isFresh: Date.now() - found.mtimeMs < DAY };
  } catch {
    return undefined;
  }
}

function usableFolder(): string | undefined {
  if (process.env["NODE_DISABLE_COMPILE_CACHE"] !== undefined) return undefined;
  try {
    const folder = withoutLinks(cacheFolder());
    return isPrivate(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** Where the user's caches are, by the XDG Base Directory Specification. */
function cacheFolder(): string {
  const given = process.env["XDG_CACHE_HOME"] ?? "";
  const caches = isAbsolute(given) ? given : join(os.homedir(), ".cache");
  // With an empty HOME, it would be in the current directory, which may be a repository of somebody else.
  if (!isAbsolute(caches)) throw new Error(`no folder for caches: ${caches}`);
  return join(caches, "reconcile-aws", `${process.versions.v8}-${process.arch}`);
}

/** The real path of a folder that may not exist yet. The owner of a link can change where it leads. */
function withoutLinks(path: string): string {
  const parent = dirname(path);
  if (fs.existsSync(path) || parent === path) return fs.realpathSync(path);
  return join(withoutLinks(parent), basename(path));
}

/**
 * Stored code runs as the program itself does. So nobody but the user and root may be able to write it, or to put
 * another folder in the place of this one: with `sudo`, the home can be another user's. Only what exists is checked.
 */
function isPrivate(folder: string): boolean {
  for (const path of [...parentsOf(folder), folder]) {
    const found = fs.lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return true;
    // In a folder such as /tmp, others cannot rename or delete what is not theirs.
    const isSticky = path !== folder && (found.mode & 0o1000) !== 0;
    if (!found.isDirectory() || !isClosed(found, isSticky)) return false;
  }
  return true;
}

/** From the root down: what is in a folder can be trusted only if the folder can. */
function parentsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...parentsOf(parent), parent];
}

function isClosed({ uid, mode }: Stats, isSticky = false): boolean {
  // Windows has no such numbers. A user's folders are closed to other users there.
  if (process.geteuid === undefined) return true;
  return (uid === process.geteuid() || uid === 0) && (isSticky || (mode & 0o022) === 0);
}

/**
 * Makes the folder if it does not exist. Node would make it with the permissions that the umask leaves, and
 * then others of the user's group could write it.
 *
 * @returns whether the folder can be used.
 */
function makePrivate(folder: string): boolean {
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    return isPrivate(folder);
  } catch {
    return false;
  }
}

/** Without a home, a place on the disk, or the permission, the next process compiles the program again. */
function store(folder: string): void {
  if (!makePrivate(folder)) return;
  try {
    for (const { script, path } of scripts.filter(({ isStored }) => !isStored)) {
      writeWhole(storedPath(folder, path), script.createCachedData());
    }
    deleteUnused(folder);
    // Each version of V8 has its folder, also one that the user has replaced.
    deleteUnused(dirname(folder));
  } catch {}
}

/**
 * V8 does not notice damaged code, and crashes when it runs it. The checksum at the end shows the damage, also
 * if only a part of the file reached the disk.
 */
function writeWhole(path: string, code: Buffer): void {
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32LE(crc32(code));
  // In containers, each process can have the same number.
  const unfinished = `${path}.${process.pid}-${Date.now()}`;
  try {
    const content = Buffer.concat([code, checksum]);
    fs.writeFileSync(unfinished, content, { flag: "wx", mode: 0o600 });
    fs.renameSync(unfinished, path);
  } catch (error) {
    fs.rmSync(unfinished, { force: true });
    throw error;
  }
}

function deleteUnused(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = fs.lstatSync(path);
    if (Date.now() - mtimeMs > LONGEST) fs.rmSync(path, { recursive: true, force: true });
  }
}

/** The program's first file is the bundle of that module. */
export const { runProcess } = load(
  join(import.meta.dirname, PROGRAM),
) as typeof import("./process.ts");
