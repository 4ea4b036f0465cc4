import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { loadConfig } from "@smithy/core/config";
import { ConfigurationError } from "./configuration-error.ts";
import { quoted } from "./neutral-words.ts";

const variable = "AWS_CA_BUNDLE";

/**
 * The certificates of the authorities that are trusted instead of the usual ones, as the AWS CLI has
 * it: the file that AWS_CA_BUNDLE names, else `ca_bundle` of the profile. Undefined where neither does.
 *
 * @throws ConfigurationError when the file cannot be read, or holds no certificates.
 */
export async function certificateBundle(profile: string | undefined): Promise<string | undefined> {
  const path = await loadConfig(
    {
      environmentVariableSelector: (env) => env[variable] || undefined,
      configFileSelector: (settings) => settings["ca_bundle"] || undefined,
      default: "",
    },
    profile === undefined ? {} : { profile },
  )();
  if (path === "") return undefined;
  const named = process.env[variable]
    ? variable
    : `ca_bundle of the profile ${profile ?? process.env["AWS_PROFILE"] ?? "default"}`;
  return readCertificates(path, named);
}

async function readCertificates(path: string, named: string): Promise<string> {
  const refuse = (why: string, cause?: unknown) =>
    new ConfigurationError(
      "InvalidCertificateBundle",
      `${named} names ${quoted(path)}, ${why}`,
      `Make ${named} the path of a file of certificates in PEM form, or remove it.`,
      cause,
    );
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw refuse(whyUnreadable(cause), cause);
  }
  const certificates =
    text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0) throw refuse("which holds no certificate in PEM form");
  for (const [index, certificate] of certificates.entries()) {
    try {
      new X509Certificate(certificate);
    } catch (cause) {
      throw refuse(`whose certificate ${index + 1} of ${certificates.length} is damaged`, cause);
    }
  }
  return certificates.join("\n");
}

function whyUnreadable(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") return "which does not exist";
  if (code === "EISDIR") return "which is a directory";
  return `which cannot be read: ${code ?? message}`;
}
