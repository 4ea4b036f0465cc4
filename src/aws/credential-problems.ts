import { homedir } from "node:os";
import { join } from "node:path";
import { type ParsedIniData, parseKnownFiles } from "@smithy/core/config";
import { AwsError } from "./errors.ts";
import { quoteForShell } from "./quote-for-shell.ts";
import { setCredentials } from "./remedies.ts";

/** What the environment says of where credentials come from. */
interface Configuration {
  /** That was named; undefined where the default one counts. */
  readonly profile: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Says why no provider of the chain gave credentials, and what to do. The SDK's providers say it in
 * words alone, and the chain keeps only the last one's; the profile itself says the rest.
 *
 * @param error Of a call that had no credentials. Returned as it is where it is about something else.
 */
export async function explainCredentials(
  error: AwsError,
  configuration: Configuration,
): Promise<AwsError> {
  const file = unreadableFile(error.cause, configuration.env);
  if (file !== undefined) return aboutTokenFile(error, file, configuration.env);
  if (error.code !== "CredentialsProviderError") return error;
  const profiles = await knownProfiles();
  const { profile } = configuration;
  const wanted = missingProfile(error.message, profile, profiles);
  if (wanted !== undefined) return noSuchProfile(error, wanted, profile, profiles, configuration);
  const remedy = remedyFor(error.message, profile, profiles[profile ?? "default"]);
  if (remedy === undefined && profile === undefined) return error;
  const message =
    profile === undefined
      ? error.message
      : `the profile ${profile} gives no credentials: ${error.message}`;
  return changed(error, message, remedy ?? otherRemedy(profile ?? "default"));
}

/** The error if the region depends on a profile that does not exist; undefined if the profile exists. */
export async function explainMissingProfile(
  error: AwsError,
  configuration: Configuration,
): Promise<AwsError | undefined> {
  const { profile } = configuration;
  if (profile === undefined) return undefined;
  const profiles = await knownProfiles();
  return profile in profiles
    ? undefined
    : noSuchProfile(error, profile, profile, profiles, configuration);
}

/** A file that could not be read: the only one that the providers read by themselves is a web identity token. */
function unreadableFile(
  cause: unknown,
  env: Configuration["env"],
): { path: string; exists: boolean } | undefined {
  const [code, syscall, opened]: readonly unknown[] = ["code", "syscall", "path"].map((name) =>
    Reflect.get(Object(cause), name),
  );
  if (syscall !== "open" && syscall !== "read") return undefined;
  // Node names the path of what it cannot open, and not of what it cannot read, such as a folder.
  const path = opened ?? env[tokenFileVariable];
  return typeof path === "string" ? { path, exists: code !== "ENOENT" } : undefined;
}

const tokenFileVariable = "AWS_WEB_IDENTITY_TOKEN_FILE";

function aboutTokenFile(
  error: AwsError,
  { path, exists }: { path: string; exists: boolean },
  env: Configuration["env"],
): AwsError {
  const origin =
    env[tokenFileVariable] === path ? tokenFileVariable : "web_identity_token_file of the profile";
  const problem = exists ? "cannot be read" : "does not exist";
  const message = `the web identity token file ${path} (${origin}) ${problem}`;
  const remedy = `Check the path in ${origin}. In Kubernetes, the pod's service account mounts the file; in CI, a step of the job writes it. Or remove ${origin} to use other credentials.`;
  const { operation, cause } = error;
  const code = "CredentialsProviderError";
  return new AwsError(message, { code, kind: "credentials", operation, remedy, cause });
}

async function knownProfiles(): Promise<ParsedIniData> {
  try {
    const known = await parseKnownFiles({});
    // The files have sections of other kinds, too.
    return Object.fromEntries(
      Object.entries(known).filter(([name]) => !/^(sso-session|services)\./.test(name)),
    );
  } catch {
    // A file that cannot be read has no profiles to name.
    return {};
  }
}

/** The profile that was looked for and does not exist: the named one, or one that it refers to. */
function missingProfile(
  message: string,
  profile: string | undefined,
  profiles: ParsedIniData,
): string | undefined {
  if (profile !== undefined && !(profile in profiles)) return profile;
  const named = /using profile: \[(.*)\] in configuration/.exec(message)?.[1];
  const source = profiles[profile ?? "default"]?.["source_profile"];
  const wanted = named ?? source;
  return wanted === undefined || wanted in profiles || wanted === "default" ? undefined : wanted;
}

/** More names are not read. */
const mostNames = 20;

function noSuchProfile(
  error: AwsError,
  wanted: string,
  profile: string | undefined,
  profiles: ParsedIniData,
  { env }: Configuration,
): AwsError {
  const files = [
    env["AWS_CONFIG_FILE"] ?? join(homedir(), ".aws", "config"),
    env["AWS_SHARED_CREDENTIALS_FILE"] ?? join(homedir(), ".aws", "credentials"),
  ];
  const names = Object.keys(profiles).sort();
  const shown = names.slice(0, mostNames).join(", ");
  const more = names.length > mostNames ? `, and ${names.length - mostNames} more` : "";
  const create = `aws configure --profile ${quoteForShell(wanted)}`;
  const reference = wanted === profile ? "" : " (source_profile)";
  return changed(
    error,
    `the profile ${wanted}${reference} does not exist in ${files.join(" or ")}`,
    names.length === 0
      ? `These files have no profiles. Create one: ${create}`
      : `The profiles are: ${shown}${more}. Name one of them (--profile, AWS_PROFILE), or create it: ${create}`,
  );
}

/** By what the SDK says, and by what the profile asks for. */
function remedyFor(
  message: string,
  profile: string | undefined,
  data: ParsedIniData[string] | undefined,
): string | undefined {
  const option = profile === undefined ? "" : ` --profile ${quoteForShell(profile)}`;
  if (/multi-factor authentication/i.test(message)) {
    return `The profile needs an MFA code (mfa_serial), and reconcile cannot ask for one. Let the AWS CLI ask, then run the same command again without the profile: eval "$(aws configure export-credentials${option} --format env)"`;
  }
  if (data?.["login_session"] !== undefined) {
    return `Sign in again, then run the same command again: aws login${option}`;
  }
  if (/\bSSO\b|sso_session|Token is expired/i.test(message)) {
    return `Sign in again, then run the same command again: aws sso login${option}`;
  }
  if (data?.["credential_process"] !== undefined) {
    return `The credential_process of the profile failed. This command runs it and shows what it says: aws configure export-credentials${option}`;
  }
  return undefined;
}

function otherRemedy(profile: string): string {
  return `"aws sts get-caller-identity --profile ${quoteForShell(profile)}" says why. ${setCredentials}`;
}

function changed(error: AwsError, message: string, remedy: string): AwsError {
  const { code, kind, operation, cause } = error;
  return new AwsError(message, { code, kind, operation, remedy, cause });
}
