import type { WireRequest } from "../protocol/request.ts";
import type { Addressed } from "../protocol/rest-xml.ts";

/** `<bucket>.s3.<region>.amazonaws.com`, and the endpoints with dual stack or FIPS. */
const virtualHost = /^(.+)\.s3(?:-fips)?(?:\.dualstack)?\.[a-z0-9-]+\.[a-z0-9.-]+$/;

/** The bucket and the key of a request: from its host and path, or from its path alone. */
export function addressed({ http }: Pick<WireRequest, "http">): Addressed {
  const path = (http.path ?? "/").replace(/^\//, "");
  const bucket = virtualHost.exec(http.hostname ?? "")?.[1];
  if (bucket !== undefined) return { members: { Bucket: bucket }, rest: decodeURIComponent(path) };
  const slash = path.indexOf("/");
  const [first, rest] =
    slash === -1 ? [path, ""] : [path.slice(0, slash), decodeURIComponent(path.slice(slash + 1))];
  return { members: first === "" ? {} : { Bucket: decodeURIComponent(first) }, rest };
}
