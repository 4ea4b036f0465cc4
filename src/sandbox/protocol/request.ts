import { parseForm } from "../codec/form.ts";
import { AwsError } from "../error.ts";

/** The parts of an HTTP request that the protocols use. The SDK's own requests have this form. */
export interface HttpRequestLike {
  readonly method: string;
  readonly hostname?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The scope of a signature. */
interface Scope {
  readonly accessKeyId: string;
  readonly region: string;
}

/** A request whose service and operation are not known yet. Each part is read when it is first needed. */
export class WireRequest {
  readonly http: HttpRequestLike;
  #form: ReadonlyMap<string, string> | undefined;

  constructor(http: HttpRequestLike) {
    this.http = http;
  }

  header(name: string): string | undefined {
    const { headers } = this.http;
    const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name);
    return key === undefined ? undefined : headers[key];
  }

  /** @throws AwsError MalformedQueryString */
  get text(): string {
    const { body } = this.http;
    if (typeof body === "string") return body;
    if (body instanceof Uint8Array) return new TextDecoder().decode(body);
    if (body === undefined || body === null) return "";
    throw new AwsError("MalformedQueryString", "The request's body is not a form.");
  }

  /** The body as an HTML form. @throws AwsError MalformedQueryString */
  get form(): ReadonlyMap<string, string> {
    this.#form ??= parseForm(this.text);
    return this.#form;
  }

  /** A parameter of the address; the first of several. */
  query(name: string): string | undefined {
    const value = this.http.query?.[name];
    if (value === undefined) return undefined;
    return typeof value === "string" ? value : (value?.[0] ?? "");
  }

  /**
   * The signature itself is not checked, so any key works.
   *
   * @throws AwsError when the signature is missing.
   */
  get scope(): Scope {
    const { accessKeyId, region } = this.#signedFor;
    if (accessKeyId === "") {
      throw new AwsError(
        "MissingAuthenticationToken",
        "Request is missing Authentication Token",
        403,
      );
    }
    return { accessKeyId, region };
  }

  /** The service in the scope of the signature: `s3`. Undefined without a signature. */
  get signedService(): string | undefined {
    const { service } = this.#signedFor;
    return service === "" ? undefined : service;
  }

  /** From the header, or from a signed address (`X-Amz-Credential`). Empty texts without a signature. */
  get #signedFor() {
    // AWS4-HMAC-SHA256 Credential=<key id>/<date>/<region>/<service>/aws4_request, …
    const credential =
      /Credential=([^,\s]+)/.exec(this.header("authorization") ?? "")?.[1] ??
      this.query("X-Amz-Credential") ??
      "";
    const [, accessKeyId = "", region = "", service = ""] =
      /^([^/,\s=]+)\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request$/.exec(credential) ?? [];
    return { accessKeyId, region, service };
  }
}
