import { type Finding, quote } from "../finding.ts";
import type { BaseFamily } from "./schema.ts";
import type { SourceFile } from "./source.ts";

/** Rules of the package sources and the proxy. */
export function* sourceRules(
  sources: readonly SourceFile[],
  family: BaseFamily,
): Iterable<Finding> {
  const firstProxy = sources.findIndex(({ proxy }) => proxy !== undefined);
  for (const [index, source] of sources.entries()) {
    const path = ["image", "sources", index];
    if (source.proxy !== undefined) {
      yield* proxyRules(source, path, firstProxy);
      continue;
    }
    const missing = (["name", "url", "key"] as const).filter((field) => !(field in source));
    if (missing.length > 0) {
      yield {
        severity: "error",
        path,
        message: `a package source needs a name, a url and a key, but this one has no ${missing.join(" and no ")}`,
        help:
          missing.length === 1 && missing[0] === "key"
            ? "add key: with the public key that the source's operator publishes, because unsigned packages could be anybody's"
            : "add the missing fields, or write only proxy",
      };
    }
    if (family === "amazon-linux-2023") yield* dnfRules(source, path);
    else if (source.url !== undefined) yield* aptRules(source, path);
    const first = sources.findIndex((other) => other.name === source.name);
    if (source.name !== undefined && first !== index) {
      yield {
        severity: "error",
        path: [...path, "name"],
        item: ["image", "sources", first],
        message: `${quote(source.name)} is already in the list, as`,
        help: "give each package source a name of its own",
      };
    }
  }
}

function* proxyRules(
  source: SourceFile,
  path: readonly (string | number)[],
  first: number,
): Iterable<Finding> {
  const [other] = Object.keys(source).filter((field) => field !== "proxy");
  if (other !== undefined) {
    yield {
      severity: "error",
      path: [...path, other],
      at: "key",
      message: "a proxy is for all package sources, so it is an item of its own",
      help: "write the proxy as a separate item of sources: - proxy: …",
    };
  }
  if (path.at(-1) !== first) {
    yield {
      severity: "error",
      path: [...path, "proxy"],
      at: "key",
      item: ["image", "sources", first],
      message: "the build uses one proxy, and there is one in",
      help: "remove one of the two",
    };
  }
}

function* aptRules(
  { url, suites, components }: SourceFile,
  path: readonly (string | number)[],
): Iterable<Finding> {
  if (url?.includes("$")) {
    yield {
      severity: "error",
      path: [...path, "url"],
      message: "apt knows no variables such as $releasever in the URL of a package source",
      help: "write the URL in full",
    };
  }
  if (suites === undefined) {
    yield {
      severity: "error",
      path,
      message: "apt needs the suites of a package source",
      help: "add suites: [bookworm] and components: [main], or only suites: [./] for a source without suites",
    };
    return;
  }
  // A suite that ends with a slash is a path, and has no components (sources.list(5)).
  const exact = suites.filter((suite) => suite.endsWith("/"));
  if (exact.length > 0 && (components !== undefined || exact.length < suites.length)) {
    yield {
      severity: "error",
      path: [...path, "suites"],
      at: "key",
      message: `${quote(exact[0])} is a path, which has no components and no other suites beside it`,
      help: "remove components and the other suites, or remove the slash",
    };
  } else if (exact.length === 0 && components === undefined) {
    yield {
      severity: "error",
      path,
      message: "apt needs the components of these suites",
      help: "add components: [main], or end the suite with a slash if the source has none",
    };
  }
}

function* dnfRules(source: SourceFile, path: readonly (string | number)[]): Iterable<Finding> {
  for (const field of ["suites", "components"] as const) {
    if (source[field] === undefined) continue;
    yield {
      severity: "error",
      path: [...path, field],
      at: "key",
      about: [["image", "base"]],
      message: `package sources of Amazon Linux 2023 have no ${field}`,
      help: `remove ${field}: the url is enough`,
    };
  }
}
