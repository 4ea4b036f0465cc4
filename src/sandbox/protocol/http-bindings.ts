import { type Member, shapeOf } from "../codec/shape.ts";
import type { OperationSchema } from "../operation.ts";
import type { WireRequest } from "./request.ts";

/** What in an HTTP request tells the operation. */
export interface HttpBindings {
  readonly name: string;
  readonly method: string;
  /** With the names of members in braces: `/2013-04-01/hostedzone/{Id}`. */
  readonly template: string;
  /** The members of the path that the operation needs: `Bucket`, `Key`. */
  readonly path: readonly string[];
  /** Parameters that a request for this operation has, some with a certain value. */
  readonly marks: ReadonlyMap<string, string | undefined>;
  /** Every parameter that it may have. */
  readonly parameters: ReadonlySet<string>;
}

/** How requests of a service name things in their path. */
export interface Addressing {
  /** The members in the path, if it is the path of the operation. */
  membersOf(
    request: WireRequest,
    operation: Pick<HttpBindings, "template" | "path">,
  ): Readonly<Record<string, string>> | undefined;
  /** The path in words, for a request that no operation has. */
  placeOf(request: WireRequest): string;
}

/** `["PUT", "/{Key+}?x-id=PutObject", 200]` */
export function bindingsOf(schema: OperationSchema): HttpBindings {
  const { method, path } = httpTrait(schema);
  const [template = "", parameters = ""] = path.split("?", 2);
  const search = new URLSearchParams(parameters);
  const { members = [], required = [] } = shapeOf(schema[4]) ?? {};
  const named = [...search].filter(([name]) => !ownParameter.test(name));
  const parametersOf = (some: readonly Member[]) =>
    some.flatMap(({ binding }) => (binding?.in === "query" ? [binding.name] : []));
  return {
    name: schema[2],
    method,
    template,
    path: required.flatMap(({ name, binding }) => (binding?.in === "path" ? [name] : [])),
    marks: new Map<string, string | undefined>([
      ...named,
      ...parametersOf(required).map((name) => [name, undefined] as const),
    ]),
    parameters: new Set([...named.map(([name]) => name), ...parametersOf(members)]),
  };
}

/** The HTTP method, path and status of an operation. */
export function httpTrait(schema: OperationSchema): {
  readonly method: string;
  readonly path: string;
  readonly status: number;
} {
  const traits: unknown = schema[3];
  const http: unknown =
    typeof traits === "object" && traits !== null && Reflect.get(traits, "http");
  if (!Array.isArray(http)) throw new TypeError(`${schema[2]} has no HTTP bindings`);
  const [method, path, status]: unknown[] = http;
  return { method: String(method), path: String(path), status: Number(status) };
}

/** Parameters of signed addresses and of the SDK, which select no operation. */
const ownParameter = /^(x-amz-|x-id$)/i;

/** The operation with exactly this path and the most of these parameters; else the request in words. */
export function operationOf(
  request: WireRequest,
  addressing: Addressing,
  operations: readonly HttpBindings[],
): string {
  const { method, query = {} } = request.http;
  const given = Object.keys(query).filter((name) => !ownParameter.test(name));
  const [found] = operations
    .filter(
      (each) =>
        each.method === method &&
        addressing.membersOf(request, each) !== undefined &&
        // `GET /bucket?acl` is another operation than `GET /bucket`.
        given.every((name) => each.parameters.has(name)) &&
        [...each.marks].every(([name, value]) =>
          value === undefined ? given.includes(name) : request.query(name) === value,
        ),
    )
    .toSorted((one, other) => other.marks.size - one.marks.size);
  if (found !== undefined) return found.name;
  return `${method} ${addressing.placeOf(request)}${given.length === 0 ? "" : `?${given.join("&")}`}`;
}

/** The addressing of services whose requests have the paths of the operations, as they are. */
export const byTemplate: Addressing = {
  membersOf({ http }, { template }) {
    const wanted = template.split("/");
    const given = (http.path ?? "/").split("/");
    if (wanted.length !== given.length) return undefined;
    const members: Record<string, string> = {};
    for (const [index, step] of wanted.entries()) {
      const text = given[index] ?? "";
      const [, name] = /^\{(\w+)\}$/.exec(step) ?? [];
      if (name === undefined ? step !== text : text === "") return undefined;
      if (name !== undefined) members[name] = decodeURIComponent(text);
    }
    return members;
  },
  placeOf: ({ http }) => http.path ?? "/",
};

/** What a request for S3 names in its host and path. */
export interface Addressed {
  /** The members of the path that every operation has: `{ Bucket }`. */
  readonly members: Readonly<Record<string, string>>;
  /** The rest of the path, decoded: the key of an object. */
  readonly rest: string;
}

/** S3's addressing: an operation's members follow from how many steps the path has. */
export function byKey(addressed: (request: WireRequest) => Addressed): Addressing {
  const membersOf = (request: WireRequest) => {
    const { members, rest } = addressed(request);
    return { ...members, ...(rest !== "" && { Key: rest }) };
  };
  return {
    membersOf: (request, { path }) => {
      const members = membersOf(request);
      return Object.keys(members).join() === path.join() ? members : undefined;
    },
    placeOf: (request) =>
      `/${Object.keys(membersOf(request))
        .map((name) => `{${name}}`)
        .join("/")}`,
  };
}
