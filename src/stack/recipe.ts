import { basename } from "node:path";
import type { ImageApplication, ImageRecipe } from "../image/recipe.ts";
import type { Stack } from "../spec/stack.ts";
import type { LocalFiles } from "./facts.ts";

/** The SSH server's port: it is kept only where there is a key to log in with. */
const SSH = 22;

/** What the image's build script is rendered from. Pure. */
export function toRecipe(stack: Stack, release: string, files: LocalFiles): ImageRecipe {
  const { image } = stack;
  return {
    family: image.base.family,
    release,
    updates: image.updates,
    // Sets: another order in the file is no other image.
    packages: sortedSet(image.packages),
    services: sortedSet(image.services),
    ipv6: image.ipv6,
    openFiles: image.openFiles,
    files: image.files.map(({ path, content, mode }) => ({
      path,
      content: new TextEncoder().encode(content),
      mode,
    })),
    run: image.run,
    verify: image.verify,
    application: toApplication(stack, files),
    listeningPorts: listeningPorts(stack),
    timeoutSeconds: image.builder.timeout,
  };
}

function toApplication(stack: Stack, files: LocalFiles): ImageApplication | undefined {
  const { application } = stack;
  if (application === undefined) return undefined;
  const { source, python, command, user, port } = application;
  if (source.kind === "url") return { source, python, command, user, port };
  const content = files.application;
  if (content === undefined) throw new Error("the application's source was not read");
  return {
    source: { kind: "content", filename: basename(source.file), content },
    python,
    command,
    user,
    port,
  };
}

/**
 * What the servers are there to serve. Without an application it is whatever the servers' security
 * groups let in; with one they do not matter, so that a new rule does not mean a new image.
 */
function listeningPorts(stack: Stack): readonly number[] {
  const ports = new Set<number>();
  if (stack.keyPair !== undefined) ports.add(SSH);
  for (const listener of stack.loadBalancer?.listeners ?? []) ports.add(listener.to);
  if (stack.application !== undefined) ports.add(stack.application.port);
  else for (const port of admittedPorts(stack)) ports.add(port);
  return [...ports].toSorted((a, b) => a - b);
}

function admittedPorts(stack: Stack): readonly number[] {
  const worn = new Set(stack.scaling.securityGroups.map(({ value }) => value));
  return stack.securityGroups
    .filter(({ section }) => worn.has(section))
    .flatMap(({ ingress }) => ingress)
    .filter(({ protocol, fromPort }) => protocol === "tcp" && fromPort !== SSH)
    .flatMap(({ fromPort, toPort }) =>
      Array.from({ length: toPort - fromPort + 1 }, (_, index) => fromPort + index),
    );
}

function sortedSet(words: readonly string[]): readonly string[] {
  return [...new Set(words)].toSorted();
}
