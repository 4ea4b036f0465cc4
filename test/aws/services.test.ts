import { expect, test } from "vitest";
import { services } from "../../src/aws/services/all.ts";
import { services as sandboxServices } from "../../src/sandbox/services.ts";

/** "Service-specific endpoints", AWS SDKs and Tools Reference Guide: the service's id in capitals. */
test("the endpoint of each service comes from the variable that the SDK reads", () => {
  const read = sandboxServices.map(
    ({ name, sdkId }) => `${name} AWS_ENDPOINT_URL_${sdkId.toUpperCase().replaceAll(" ", "_")}`,
  );
  const known = services.map(({ name, endpointVariable }) => `${name} ${endpointVariable}`);
  expect(known.sort()).toEqual(read.sort());
});
