import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { refuseOtherThanUrls } from "../../src/cli/endpoints.ts";
import { sdkClient } from "../sandbox/sdk-clients.ts";

const src = join(import.meta.dirname, "../../src");
const clients = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("sandbox"))
  .flatMap((path) => readFileSync(join(src, path), "utf8").match(/@aws-sdk\/client-[\w-]+/g) ?? []);

test.each([...new Set(clients)])("an endpoint for %s that is no URL is refused", async (client) => {
  const { serviceId } = await sdkClient(client);
  const name = `AWS_ENDPOINT_URL_${serviceId.toUpperCase().replaceAll(" ", "_")}`;
  expect(() => refuseOtherThanUrls({ [name]: "localhost:4566" })).toThrow(
    `${name} is "localhost:4566", which is not the URL of an endpoint`,
  );
  expect(() => refuseOtherThanUrls({ [name]: "http://localhost:4566" })).not.toThrow();
  // The service's own endpoint takes precedence.
  const general = { AWS_ENDPOINT_URL: "localhost", [name]: "http://localhost:4566" };
  expect(() => refuseOtherThanUrls(general)).toThrow(/^AWS_ENDPOINT_URL is/);
});

test("without endpoints, and with those of services that are not called, nothing is refused", () => {
  expect(clients.length).toBeGreaterThan(10);
  expect(() => refuseOtherThanUrls({ AWS_ENDPOINT_URL: "" })).not.toThrow();
  expect(() => refuseOtherThanUrls({ AWS_ENDPOINT_URL_LAMBDA: "localhost" })).not.toThrow();
  const ignored = { AWS_ENDPOINT_URL: "localhost", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" };
  expect(() => refuseOtherThanUrls(ignored)).not.toThrow();
});
