import type { HttpResponseLike } from "./protocol.ts";

/** An HTTP answer with an XML document. */
export function xmlDocument(
  statusCode: number,
  requestId: string,
  document: string,
): HttpResponseLike {
  return {
    statusCode,
    // AWS's `x-amzn-RequestId` in lower case, as fetch and the SDK's own handlers return it.
    headers: { "content-type": "text/xml;charset=UTF-8", "x-amzn-requestid": requestId },
    body: new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8"?>\n${document}`),
  };
}
