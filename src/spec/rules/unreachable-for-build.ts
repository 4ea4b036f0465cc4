import type { Finding } from "../finding.ts";
import { endpointsOf } from "../network/defaults.ts";
import type { StackFile } from "../stack-file.ts";

/** What a build fetches that has no way to the internet. Only the network knows whether it has a proxy. */
export function* unreachableForBuild(file: StackFile): Iterable<Finding> {
  const { image } = file;
  // Nothing is built.
  if (image.use !== undefined) return;
  const proxy = image.sources.findIndex((source) => source.proxy !== undefined);
  if (proxy >= 0) {
    yield {
      severity: "warning",
      path: ["image", "sources", proxy, "proxy"],
      message:
        "without a NAT gateway, the build reaches the internet only through this proxy, which must be in a network that is connected to the stack's own",
      help: "choose another nat in network if there is no such connection",
    };
    return;
  }
  yield* packages(file);
  yield* sources(file);
  yield* python(file);
  yield* download(file);
  yield* ansible(file);
  yield* commands(file);
}

/** Each build reads its distribution's lists of packages, whatever it installs. An own image may have a mirror. */
function* packages({ image, network }: StackFile): Iterable<Finding> {
  const family = typeof image.base === "string" ? image.base : image.base.family;
  const isOwn = typeof image.base !== "string";
  const hasBucket = endpointsOf(network).includes("s3");
  if (family === "amazon-linux-2023" && hasBucket) return;
  const place = { path: isOwn ? ["image", "base", "family"] : ["image", "base"] };
  const help =
    family === "amazon-linux-2023"
      ? "add s3 to endpoints in network: its packages are in S3"
      : "choose another nat in network, or base: amazon-linux-2023, whose packages come through the endpoint of S3";
  yield isOwn
    ? {
        ...place,
        severity: "warning",
        message: `without a NAT gateway, the build reaches the packages of ${family} only if the image has a mirror of them inside the network`,
        help,
      }
    : {
        ...place,
        severity: "error",
        message: `without a NAT gateway, the build cannot reach the packages of ${family}`,
        help,
      };
}

function* sources(file: StackFile): Iterable<Finding> {
  for (const [index, { url }] of file.image.sources.entries()) {
    if (url === undefined || isInBucket(url, file)) continue;
    yield {
      severity: "warning",
      path: ["image", "sources", index, "url"],
      message:
        "without a NAT gateway, the build reaches this source only if it is in a network that is connected to the stack's own",
      help: "choose another nat in network if it is on the internet",
    };
  }
}

function* python(file: StackFile): Iterable<Finding> {
  const { application } = file;
  if (application === undefined) return;
  const { python } = application;
  const isList = Array.isArray(python);
  if (isList ? python.length === 0 : python.requirements === undefined) return;
  const path = ["application", "python", ...(isList ? [] : ["requirements"])];
  // A file of requirements can name another index (--index-url), and so can pip's own settings.
  yield isList && !hasPipSettings(file)
    ? {
        severity: "error",
        path,
        about: [["image", "files"]],
        message: "without a NAT gateway, the build cannot reach the Python Package Index",
        help: "choose another nat in network, or put the packages into the application's own directory",
      }
    : {
        severity: "warning",
        path,
        about: [["image", "files"]],
        message:
          "without a NAT gateway, the build reaches only an index of Python packages inside the network",
        help: "choose another nat in network if the packages come from the Python Package Index",
      };
}

/** "Configuration Files", pip documentation: those for the whole system. */
function hasPipSettings({ image }: StackFile): boolean {
  return image.files.some(({ path }) => /^\/etc\/(xdg\/pip\/)?pip\.conf$/.test(path));
}

function* download(file: StackFile): Iterable<Finding> {
  const url = file.application?.source.url;
  if (url === undefined || isInBucket(url, file)) return;
  yield {
    severity: "error",
    path: ["application", "source", "url"],
    message: "without a NAT gateway, the build cannot download the application's source",
    help: "choose another nat in network, or use a file or a directory next to the stack file",
  };
}

function* ansible(file: StackFile): Iterable<Finding> {
  if (file.image.ansible === undefined) return;
  const hasIndex = hasPipSettings(file);
  yield {
    severity: hasIndex ? "warning" : "error",
    path: ["image", "ansible"],
    at: "key",
    about: [["image", "files"]],
    message: hasIndex
      ? "without a NAT gateway, the build reaches Ansible and its collections only inside the network"
      : "without a NAT gateway, the build cannot download Ansible and its collections",
    help: "choose another nat in network, or remove the playbook",
  };
}

function* commands({ application }: StackFile): Iterable<Finding> {
  if (application === undefined || application.build.length === 0) return;
  yield {
    severity: "warning",
    path: ["application", "build"],
    message: "without a NAT gateway, these commands cannot download anything from the internet",
    help: "choose another nat in network if they do, as npm ci does",
  };
}

/** Whether the endpoint of S3 leads there. It leads to the buckets of the stack's region alone. */
function isInBucket(url: string, { network, region }: StackFile): boolean {
  if (!endpointsOf(network).includes("s3")) return false;
  const of =
    /^https?:\/\/(?:[\w.-]+\.)?s3\.(?:dualstack\.)?([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\//;
  const found = of.exec(url)?.[1];
  return found !== undefined && (region === undefined || found === region);
}
