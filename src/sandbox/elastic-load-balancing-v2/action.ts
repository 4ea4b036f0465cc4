/** What a rule does with a request. `order` is as given. */
export type Action = (Forward | Redirect | FixedResponse) & { readonly order?: number };

export interface Forward {
  readonly type: "forward";
  readonly groups: readonly { readonly arn: string; readonly weight: number }[];
  readonly stickySeconds?: number;
}

export interface FixedResponse {
  readonly type: "fixed-response";
  readonly status: string;
  readonly contentType?: string;
  readonly body?: string;
}

/** A redirect action. A part that is not given is that of the request. */
export interface Redirect {
  readonly type: "redirect";
  readonly protocol: string;
  readonly port: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly status: "HTTP_301" | "HTTP_302";
}
