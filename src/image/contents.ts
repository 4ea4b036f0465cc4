import { createHash } from "node:crypto";
import { hookTexts } from "./hooks.ts";
import type {
  ApplicationSource,
  ImageApplication,
  ImagePlaybook,
  ImageRecipe,
  RecipeFile,
  SourceEntry,
} from "./recipe.ts";
import { hasSecrets } from "./service-settings.ts";

/** The contents of an image as a plan shows them: whole values, as text. Plain data. */
export interface ImageContents {
  readonly packages: readonly string[];
  /** Package sources, and `proxy URL`. */
  readonly sources: readonly string[];
  /** Names of services, and `launch-hook=PROGRAM,RESULT`. */
  readonly services: readonly string[];
  /** By path. */
  readonly files: Readonly<Record<string, { readonly mode: string; readonly content: string }>>;
  readonly run: readonly string[];
  readonly verify: readonly string[];
  /** Exceptions from the checks of the image's integrity: `setuid /opt/tool`. */
  readonly allow: readonly string[];
  readonly ansible: AnsibleContents | null;
  /** The application's environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly application: ApplicationContents | null;
}

export interface AnsibleContents {
  readonly playbook: string;
  readonly version: string;
  /** `ansible.posix==2.0.0` */
  readonly collections: readonly string[];
  /** Texts are as they are, other values and texts that look like them are JSON. */
  readonly variables: Readonly<Record<string, string>>;
  /** The files of the playbook's folder. */
  readonly directory: readonly SourceEntry[];
  /** Of the folder's archive. */
  readonly sha256: string;
}

export interface ApplicationContents {
  readonly source:
    | { readonly file: string; readonly content: string }
    | { readonly file: string; readonly sha256: string }
    /** `sha256` is that of its archive. */
    | { readonly directory: readonly SourceEntry[]; readonly sha256: string }
    | { readonly url: string; readonly sha256: string };
  /** Absent without commands. */
  readonly build?: readonly string[];
  readonly python:
    | readonly string[]
    | { readonly version: string | null; readonly requirements: string | null };
  readonly command: string;
  readonly user: string;
  readonly port: number;
  /** Where AWS keeps the values of variables, by the variables' names. Absent without any. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Absent without folders. */
  readonly writable?: readonly string[];
  /** Absent if nothing is different then. */
  readonly duringBuild?: {
    readonly environment: Readonly<Record<string, string>>;
    readonly answers: boolean;
  };
  /** The load balancer's health check that the application was verified with, as `healthCheckText` writes it. */
  readonly healthCheck: string | null;
}

/** The same contents as one text each. An image's tags store the text, or its digest. */
export type ContentTexts = Readonly<Record<keyof ImageContents, string>>;

/** The contents of the image that a recipe describes. */
export function contentsOf(recipe: ImageRecipe): ImageContents {
  const { packages, services, files, run, verify, ansible, application } = recipe;
  return {
    packages,
    sources: sourceTexts(recipe),
    services: [...services, ...hookTexts(recipe)],
    files: Object.fromEntries(
      files.map(({ path, mode, content }) => [path, { mode, content: textOf(content) }]),
    ),
    run,
    verify,
    allow: allowTexts(recipe),
    ansible: ansible === undefined ? null : ansibleContents(ansible),
    environment: application?.environment ?? {},
    application: application === undefined ? null : applicationContents(application),
  };
}

function ansibleContents(ansible: ImagePlaybook): AnsibleContents {
  const { source, playbook, version, collections } = ansible;
  const { entries = [], sha256 } = source;
  const variables = variableTexts(ansible);
  return { playbook, version, collections, variables, directory: entries, sha256 };
}

function variableTexts({ variables }: ImagePlaybook): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, variableText(value)]),
  );
}

/** Different values have different texts. */
function variableText(value: unknown): string {
  return typeof value === "string" && !isJson(value) ? value : JSON.stringify(value);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function applicationContents(application: ImageApplication): ApplicationContents {
  const { source, command, user, port, build = [], writable = [], duringBuild } = application;
  return {
    source: originOf(source),
    ...(build.length > 0 && { build }),
    command,
    user,
    port,
    python: pythonContents(application),
    ...(hasSecrets(application) && { secrets: application.secrets ?? {} }),
    ...(writable.length > 0 && { writable }),
    ...(duringBuild !== undefined && differsDuringBuild(application) && { duringBuild }),
    healthCheck: healthCheckText(application) ?? null,
  };
}

function pythonContents(application: ImageApplication): ApplicationContents["python"] {
  const { python, pythonVersion: version = null, requirements = null } = application;
  return version === null && requirements === null ? python : { version, requirements };
}

function differsDuringBuild({ duringBuild }: ImageApplication): boolean {
  if (duringBuild === undefined) return false;
  return !duringBuild.answers || Object.keys(duringBuild.environment).length > 0;
}

function originOf(source: ApplicationSource): ApplicationContents["source"] {
  switch (source.kind) {
    case "content":
      return { file: source.filename, content: textOf(source.content) };
    case "files":
      return { directory: source.entries, sha256: source.sha256 };
    case "stored": {
      const { filename: file, sha256, entries } = source;
      return entries === undefined ? { file, sha256 } : { directory: entries, sha256 };
    }
    case "url":
      return { url: source.url, sha256: source.sha256 };
  }
}

/** `HTTP /health 200`, `TCP`, `on another port`. Undefined if no load balancer says how to ask. */
function healthCheckText({ healthCheck, internal }: ImageApplication): string | undefined {
  if (internal === true) return "on another port";
  if (healthCheck === undefined) return undefined;
  const protocol = healthCheck.protocol.toUpperCase();
  if (!("path" in healthCheck)) return protocol;
  return `${protocol} ${withoutSignature(healthCheck.path)} ${healthCheck.statuses}`;
}

/** The prefix of content that is not text. */
const BASE64 = "base64:";

function textOf(content: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return `${BASE64}${Buffer.from(content).toString("base64")}`;
  }
}

/** Whether a file's content, as `contentsOf` shows it, has a digest of `contentTexts`. */
export function hasDigest(content: string, expected: string): boolean {
  const forms = [Buffer.from(content)];
  if (content.startsWith(BASE64)) forms.push(Buffer.from(content.slice(BASE64.length), "base64"));
  return forms.some((bytes) => shortDigest(bytes) === expected);
}

/** The texts by which images are compared. */
export function contentTexts(recipe: ImageRecipe): ContentTexts {
  return {
    packages: recipe.packages.join(" "),
    sources: sourceTexts(recipe).join("\n"),
    services: [...recipe.services, ...hookTexts(recipe)].join(" "),
    files: recipe.files.map(fileText).join("\n"),
    run: recipe.run.join("\n"),
    verify: recipe.verify.join("\n"),
    allow: allowTexts(recipe).join("\n"),
    ansible: ansibleText(recipe.ansible),
    environment: environmentText(recipe.application?.environment),
    application: applicationText(recipe.application),
  };
}

/** `tools https://packages.example.com/debian bookworm main, key sha256:0123456789ab`, `proxy http://10.0.0.5:3128` */
function sourceTexts({ sources = [], proxy }: ImageRecipe): readonly string[] {
  const texts = sources.map(({ name, url, suites, components, key }) => {
    const words = [name, withoutSignature(url), ...suites, ...components];
    return `${words.join(" ")}, key ${shortDigest(Buffer.from(key))}`;
  });
  return [...texts, ...(proxy === undefined ? [] : [`proxy ${proxy}`])];
}

function allowTexts({ allow: { changed, setuid, writable } }: ImageRecipe): readonly string[] {
  return Object.entries({ changed, setuid, writable }).flatMap(([kind, paths]) =>
    paths.map((path) => `${kind} ${path}`),
  );
}

/** The hardening, auditing and the stack file's own kernel settings: `strong audit net.ipv4.ip_forward=1`. */
export function hardeningText({
  audit,
  hardening,
  kernel,
}: Pick<ImageRecipe, "audit" | "hardening" | "kernel">): string {
  const settings = Object.entries(kernel).map(([name, value]) => `${name}=${value}`);
  return [hardening, ...(audit ? ["audit"] : []), ...settings].join(" ");
}

/**
 * `site.yml sha256:0123456789ab; version 2.18.1; collections ansible.posix==2.0.0; variables tier=0123456789ab`. A value
 * may be a secret, although it should not be.
 */
function ansibleText(ansible: ImagePlaybook | undefined): string {
  if (ansible === undefined) return "";
  const { source, playbook, version, collections } = ansible;
  const variables = environmentText(variableTexts(ansible));
  return [
    `${inWord(playbook)} sha256:${source.sha256.slice(0, 12)}`,
    `version ${version}`,
    ...(collections.length > 0 ? [`collections ${collections.join(" ")}`] : []),
    ...(variables === "" ? [] : [`variables ${variables}`]),
  ].join("; ");
}

function fileText({ path, mode, content }: RecipeFile): string {
  return `${path} ${mode} ${shortDigest(content)}`;
}

function applicationText(application: ImageRecipe["application"]): string {
  if (application === undefined) return "";
  const { source, command, user, port } = application;
  const healthCheck = healthCheckText(application);
  return [
    `${originText(source)}; ${hiddenCommand(command)}; as ${user} on port ${port}; python ${pythonText(application)}`,
    ...furtherTexts(application),
    ...(healthCheck === undefined ? [] : [`health check ${healthCheck}`]),
  ].join("; ");
}

function pythonText(application: ImageApplication): string {
  const python = pythonContents(application);
  if ("version" in python) {
    const { version, requirements } = python;
    return `version ${version ?? "default"} requirements ${requirements === null ? "none" : inWord(requirements)}`;
  }
  return python.join(" ") || "none";
}

/** Nothing for an application without these fields, whose text is the same as in earlier releases. */
function furtherTexts(application: ImageApplication): readonly string[] {
  const { build = [], writable = [], duringBuild } = application;
  return [
    ...(build.length > 0 ? [`build ${digestOf(build)}`] : []),
    ...(hasSecrets(application) ? [`secrets ${digestOf(application.secrets)}`] : []),
    ...(writable.length > 0 ? [`writable ${writable.map(inWord).join(" ")}`] : []),
    ...(differsDuringBuild(application) ? [`during build ${digestOf(duringBuild)}`] : []),
  ];
}

/** A digest of plain data. Commands and values may contain passwords. */
export function digestOf(data: unknown): string {
  return shortDigest(Buffer.from(JSON.stringify(data)));
}

/** `LOG_LEVEL=0123456789ab`: a value may be a secret, although it should not be. */
function environmentText(environment: Readonly<Record<string, string>> = {}): string {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${valueDigest(value)}`)
    .join(" ");
}

/** Twelve digits, without the name of the sum, because there may be many. */
export function valueDigest(value: string): string {
  return shortDigest(Buffer.from(value)).replace("sha256:", "");
}

/** A path without the characters that separate the parts of a text. */
function inWord(path: string): string {
  return path.replaceAll(/[%; ]/g, encodeURIComponent);
}

/** The path that `inWord` wrote. */
export function fromWord(word: string): string {
  return word.replaceAll(/%(25|3B|20)/g, decodeURIComponent);
}

/** Stands for a directory in the place of a file's name, which no file can have. */
export const ANY_DIRECTORY = "directory/";

function originText(source: ApplicationSource): string {
  if (source.kind === "content") return `${source.filename} ${shortDigest(source.content)}`;
  const digest = `sha256:${source.sha256.slice(0, 12)}`;
  if (source.kind === "url") return `${withoutSignature(source.url)} ${digest}`;
  return `${source.kind === "files" || source.entries ? ANY_DIRECTORY : source.filename} ${digest}`;
}

/**
 * The text of an application without what may be secret. Earlier releases stored the command and the URL
 * as they are. So their images are the same as those with the present text.
 */
export function withoutSecrets(text: string): string {
  const [, origin, middle, command, end] =
    /^(\S+)( sha256:[0-9a-f]{12}; )(.*)(; as \S+ on port \d+; python .*)$/s.exec(text) ?? [];
  if (origin === undefined || command === undefined) return text;
  const hidden = HIDDEN_COMMAND.test(command) ? command : hiddenCommand(command);
  return `${/^https?:/.test(origin) ? withoutSignature(origin) : origin}${middle}${hidden}${end}`;
}

/** A command may contain a password. */
function hiddenCommand(command: string): string {
  return `command ${shortDigest(Buffer.from(command))}`;
}

const HIDDEN_COMMAND = /^command sha256:[0-9a-f]{12}$/;

/** A query may contain a signature, which lets everybody who knows it download the file, or a password. */
export function withoutSignature(url: string): string {
  const [, address, secret] = /^([^?#]*[?#])(.+)$/s.exec(url) ?? [];
  if (address === undefined || secret === undefined || HIDDEN_QUERY.test(secret)) return url;
  return `${address}${shortDigest(Buffer.from(secret))}`;
}

const HIDDEN_QUERY = /^sha256:[0-9a-f]{12}$/;

/** Twelve digits tell two versions of one file apart, and leave room in a tag for the rest. */
export function shortDigest(content: Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex").slice(0, 12)}`;
}
