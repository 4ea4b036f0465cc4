import { AwsError } from "../error.ts";
import type { Addressed } from "../protocol/http-bindings.ts";
import type { WireRequest } from "../protocol/request.ts";

/** `<bucket>.s3.<region>.amazonaws.com`, and the endpoints with dual stack or FIPS. Undefined for other hosts. */
function bucketInHost(host: string): string | undefined {
  const labels = host.split(".");
  const service = labels.findLastIndex((label) => label === "s3" || label === "s3-fips");
  return service < 1 || service > labels.length - 3
    ? undefined
    : labels.slice(0, service).join(".");
}

/** The bucket and the key of a request: from its host and path, or from its path alone. */
export function addressed({ http }: Pick<WireRequest, "http">): Addressed {
  const path = (http.path ?? "/").replace(/^\//, "");
  const bucket = bucketInHost(http.hostname ?? "");
  if (bucket !== undefined) return { members: { Bucket: bucket }, rest: decoded(path) };
  const [first = "", ...rest] = path.split("/");
  return { members: first === "" ? {} : { Bucket: decoded(first) }, rest: decoded(rest.join("/")) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.");
  }
}
