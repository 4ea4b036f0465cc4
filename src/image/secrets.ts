import type { RecipeFile } from "./recipe.ts";

// Each pattern is one of JavaScript, of "grep -E" (names) and of "grep -P" (contents).

/** Paths of files that hold a secret or a history, whatever is in them. */
export const secretNames = String.raw`\.(keytab|pgpass|ppk|vault-token)$|(\.[a-z]+|/fish)_history$`;

/** Paths of files that may hold a secret, and what the secret then looks like there, in any case of letters. */
export const configurationNames = String.raw`/(\.(aws|cargo/c|config/|docker|kube/config|git/config|git-?c|my\.cnf|netrc|npmrc|pypirc|env(\.[lp][^/]*)?$)|environment$|(pip|auth)\.(conf|json)|datadog\.y|sources\.list)`;
export const configuredSecret = String.raw`^[^#]*([_" ]auth\w*|pass(word|wd)?|secret(_\w*key)?|token|api_key|key-data)"?[=: ]+"?[^ "$%/<{]|://[^/ ]*:[^/ ]*@`;

/**
 * Secrets that are known by what they look like, in any file. Program code that only knows how a key begins has more
 * on that line. AWS's documentation ends its access keys with EXAMPLE.
 */
export const secretContent = String.raw`^[^#]*-BEGIN [A-Z0-9 ]*PRIVATE KEY-----(\\n|\s*$)|\bA[KS]IA(?!.*EXAMPLE)[A-Z2-7]{16}\b|^PrivateKey.*=$|\b(gh._|github_pat_|xox.-)[\w-]{36}`;

/** The files of the stack file that hold a secret: their author has decided that all servers share it. */
export function declaredSecrets(files: readonly RecipeFile[]): readonly string[] {
  return files.filter(holdsSecret).map(({ path }) => path);
}

function holdsSecret({ path, content }: RecipeFile): boolean {
  const text = new TextDecoder("latin1").decode(content);
  return (
    new RegExp(secretNames).test(path) ||
    new RegExp(secretContent, "m").test(text) ||
    (new RegExp(configurationNames).test(path) && new RegExp(configuredSecret, "im").test(text))
  );
}
