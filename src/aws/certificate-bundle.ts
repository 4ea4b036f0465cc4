import { X509Certificate } from "node:crypto";
import { closeSync, constants, createReadStream, fstatSync, openSync } from "node:fs";
import { Socket } from "node:net";
import { loadConfig } from "@smithy/core/config";
import { ConfigurationError } from "./configuration-error.ts";
import { quoted } from "./neutral-words.ts";

const variable = "AWS_CA_BUNDLE";

/**
 * The certificates of the authorities to trust instead of the usual ones. As in the AWS CLI, they come
 * from the file in AWS_CA_BUNDLE, or else from `ca_bundle` of the profile. Undefined without either.
 *
 * @throws ConfigurationError when the file cannot be read or contains no certificates.
 */
export async function certificateBundle(profile: string | undefined): Promise<string | undefined> {
  const name = profile || process.env["AWS_PROFILE"] || "default";
  const path = await loadConfig(
    {
      environmentVariableSelector: (env) => env[variable] || undefined,
      configFileSelector: (settings) => settings["ca_bundle"] || undefined,
      default: "",
    },
    { profile: name },
  )();
  if (path === "") return undefined;
  const named = process.env[variable] ? variable : `ca_bundle of the profile ${name}`;
  return readCertificates(path, named);
}

async function readCertificates(path: string, named: string): Promise<string> {
  const refuse = (why: string, cause?: unknown) =>
    new ConfigurationError(
      "InvalidCertificateBundle",
      `${named} names ${quoted(path)}: ${why}`,
      `Set ${named} to the path of a file of certificates in PEM format, or remove it.`,
      cause,
    );
  let text: string;
  try {
    text = await readFileOrPipe(path);
  } catch (cause) {
    throw refuse(whyUnreadable(cause), cause);
  }
  const certificates =
    text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0) throw refuse("the file has no certificate in PEM format");
  for (const [index, certificate] of certificates.entries()) {
    try {
      new X509Certificate(certificate);
    } catch (cause) {
      throw refuse(`certificate ${index + 1} of ${certificates.length} is damaged`, cause);
    }
  }
  return certificates.join("\n");
}

/** The certificates of all authorities that browsers trust take a few hundred KiB. */
const MOST_BYTES = 8 * 2 ** 20;

/** A shell writes to `<(…)` at once. */
const PIPE_MILLISECONDS = 10_000;

/** A device such as /dev/zero never ends, and opening a pipe without a writer would wait forever. */
async function readFileOrPipe(path: string): Promise<string> {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const found = fstatSync(fd);
  if (!found.isFile() && !found.isFIFO()) {
    closeSync(fd);
    throw coded(found.isDirectory() ? "EISDIR" : "EFTYPE");
  }
  const stream = found.isFile()
    ? createReadStream(path, { fd })
    : new Socket({ fd, readable: true });
  const timer = setTimeout(() => stream.destroy(coded("ETIMEDOUT")), PIPE_MILLISECONDS);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    const content: AsyncIterable<Buffer> = stream;
    for await (const bytes of content) {
      chunks.push(bytes);
      length += bytes.length;
      if (length > MOST_BYTES) throw coded("EFBIG");
    }
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function whyUnreadable(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") return "the file does not exist";
  if (code === "EISDIR") return "this is a directory";
  if (code === "EFTYPE") return "this is neither a file nor a pipe";
  if (code === "EFBIG") return `the file is larger than ${MOST_BYTES / 2 ** 20} MiB`;
  if (code === "ETIMEDOUT") {
    return `the pipe was not written completely within ${PIPE_MILLISECONDS / 1000} s`;
  }
  return `the file cannot be read: ${code}`;
}
