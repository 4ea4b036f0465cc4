import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { shapeOf } from "../../src/sandbox/codec/shape.ts";
import { WireRequest } from "../../src/sandbox/protocol/request.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { services } from "../../src/sandbox/services.ts";
import { packageOf, sdkClient } from "./sdk-clients.ts";

const signature =
  "AWS4-HMAC-SHA256 Credential=AKIASANDBOX/20261122/eu-west-1/any/aws4_request, SignedHeaders=host, Signature=0";

describe.each(services.map((service) => [service.sdkId, service] as const))("%s", (_, service) => {
  test("knows the name of every operation of the SDK's client, and no other", async () => {
    const { operations } = await sdkClient(packageOf(service));
    expect(service.operationNames.trim().split(/\s+/).toSorted()).toEqual(operations);
  });

  test("has the operations of that client alone, each once", async () => {
    const { namespace, serviceId } = await sdkClient(packageOf(service));
    expect(serviceId).toBe(service.sdkId);
    for (const { schema, name } of service.operations) expect(schema[1], name).toBe(namespace);
    expect(repeated(service.operations.map(({ name }) => name))).toEqual([]);
  });

  test("answers in the version and the namespace of that client", async () => {
    const { version, xmlNamespace } = await sdkClient(packageOf(service));
    if (version === undefined) return;
    const reading = service.operations.find(
      ({ schema, writes }) => !writes && (shapeOf(schema[4])?.required ?? []).length === 0,
    );
    const sandbox = await createSandbox();
    const { statusCode, body } = await sandbox.handle({
      method: "POST",
      headers: { authorization: signature },
      body: `Action=${reading?.name}&Version=${version}`,
    });
    const text = new TextDecoder().decode(body);
    expect(statusCode, text).toBe(200);
    expect(/xmlns="([^"]*?)\/?"/.exec(text)?.[1]).toBe(xmlNamespace?.replace(/\/$/, ""));
  });
});

test("no two services share what tells them apart", () => {
  expect(repeated(services.map(({ sdkId }) => sdkId))).toEqual([]);
  expect(repeated(services.map(({ name, cliName = name }) => cliName))).toEqual([]);
  expect(repeated(services.flatMap(({ tables }) => tables.map(({ name }) => name)))).toEqual([]);
  expect(repeated(services.flatMap(({ events = [] }) => events.map(({ kind }) => kind)))).toEqual(
    [],
  );
  expect(repeated(services.flatMap(({ quotas = [] }) => quotas.map(({ name }) => name)))).toEqual(
    [],
  );
});

test("no request is claimed by two services", async () => {
  for (const service of services) {
    const { version } = await sdkClient(packageOf(service));
    const request = new WireRequest({ method: "POST", headers: {}, body: `Version=${version}` });
    const claiming = services.filter(({ protocol }) => protocol.claims(request));
    expect(claiming.map(({ sdkId }) => sdkId)).toEqual([service.sdkId]);
  }
});

test("where a service has AWS's list of filters, each operation that takes filters is in it", () => {
  const filtering = services.flatMap(({ operations, isDocumentedFilter }) =>
    operations
      .filter(({ accepts }) => isDocumentedFilter !== undefined && accepts.includes("Filters"))
      .map(({ name }) => ({ name, isDocumented: isDocumentedFilter?.(name, "") })),
  );
  expect(filtering.length).toBeGreaterThan(10);
  expect(filtering.filter(({ isDocumented }) => isDocumented === undefined)).toEqual([]);
});

test("each service that the product calls is here", () => {
  const src = join(import.meta.dirname, "../../src");
  const called = readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("sandbox"))
    .flatMap(
      (path) => readFileSync(join(src, path), "utf8").match(/@aws-sdk\/client-[\w-]+/g) ?? [],
    );
  expect(called.length).toBeGreaterThan(10);
  const here = services.map(packageOf);
  expect(called.filter((name) => !here.includes(name))).toEqual([]);
});

function repeated(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => names.indexOf(name) < index);
}
