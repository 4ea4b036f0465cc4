import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { shapeOf } from "../../src/sandbox/codec/shape.ts";
import { WireRequest } from "../../src/sandbox/protocol/request.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { services } from "../../src/sandbox/services.ts";
import { packageOf, sdkClient } from "./sdk-clients.ts";

/** They have no required parameter, but need one of several. */
const choosing = ["GetWebACL"];

describe.each(services.map((service) => [service.sdkId, service] as const))("%s", (_, service) => {
  test("knows the name of every operation of the SDK's client, and no other", async () => {
    const { operations } = await sdkClient(packageOf(service));
    const names = service.operationNames.trim().split(/\s+/).toSorted();
    expect(names, `They are: ${operations.join(" ")}`).toEqual(operations);
  });

  test("has the operations of that client alone, each once", async () => {
    const { namespace, serviceId } = await sdkClient(packageOf(service));
    expect(serviceId).toBe(service.sdkId);
    for (const { schema, name } of service.operations) expect(schema[1], name).toBe(namespace);
    expect(repeated(service.operations.map(({ name }) => name))).toEqual([]);
  });

  test("alone claims the requests of that client, and answers in its namespace", async () => {
    const client = await sdkClient(packageOf(service));
    const withoutInput = service.operations.find(
      ({ name, schema, writes }) =>
        !writes && !choosing.includes(name) && (shapeOf(schema[4])?.required ?? []).length === 0,
    );
    const { name = "" } = withoutInput ?? service.operations[0] ?? {};
    const { request, status, text } = await client.call(await createSandbox(), name);
    const claiming = services.filter(({ protocol }) => protocol.claims(new WireRequest(request)));
    expect(claiming.map(({ sdkId }) => sdkId)).toEqual([service.sdkId]);
    if (withoutInput === undefined) return;
    expect(status, text).toBe(200);
    const xmlNamespace = /xmlns="([^"]*?)\/?"/.exec(text)?.[1];
    if (text.startsWith("<")) expect(xmlNamespace).toBe(client.xmlNamespace?.replace(/\/$/, ""));
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
