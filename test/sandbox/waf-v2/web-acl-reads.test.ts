import { randomUUID } from "node:crypto";
import { GetWebACLCommand, ListWebACLsCommand } from "@aws-sdk/client-wafv2";
import { describe, expect, test } from "vitest";
import { refusal } from "../clients.ts";
import { createWebAcl, openWaf, wafClient } from "./waf.ts";

describe("a read", () => {
  test("names the web ACL as a whole", async () => {
    const waf = await openWaf();
    const { ARN, Id } = await createWebAcl(waf);
    const get = (input: GetWebACLCommand["input"]) =>
      refusal(waf.client.send(new GetWebACLCommand(input)));
    const Scope = "REGIONAL" as const;
    expect((await get({})).code).toBe("WAFInvalidParameterException");
    expect((await get({ Name: "shop", Scope })).code).toBe("WAFInvalidParameterException");
    expect((await get({ Name: "other", Scope, Id })).code).toBe("WAFNonexistentItemException");
    expect((await get({ Name: "shop", Scope, Id: randomUUID() })).code).toBe(
      "WAFNonexistentItemException",
    );
    expect((await get({ Name: "shop", Scope, Id: "1" })).code).toBe("ValidationException");
    expect((await get({ ARN: ARN.replace("webacl", "ipset") })).code).toBe(
      "WAFInvalidParameterException",
    );
    expect((await get({ ARN: ARN.replace("ap-southeast-2", "eu-west-1") })).code).toBe(
      "WAFInvalidParameterException",
    );
    expect((await get({ ARN: ARN.replace("regional", "global") })).code).toBe(
      "UnsupportedOperation",
    );
  });
});

describe("a list", () => {
  test("has a marker on every page but an empty one", async () => {
    const waf = await openWaf();
    for (const Name of ["c", "a", "b"]) await createWebAcl(waf, { Name });
    const page = async (NextMarker?: string, Limit?: number) => {
      const command = new ListWebACLsCommand({ Scope: "REGIONAL", NextMarker, Limit });
      const answer = await waf.client.send(command);
      return { names: answer.WebACLs?.map(({ Name }) => Name), marker: answer.NextMarker };
    };
    const first = await page(undefined, 2);
    expect(first.names).toEqual(["a", "b"]);
    const second = await page(first.marker, 2);
    expect(second.names).toEqual(["c"]);
    expect(second.marker).toBeDefined();
    expect(await page(second.marker, 2)).toEqual({ names: [], marker: undefined });
    const whole = await page();
    expect(whole.names).toEqual(["a", "b", "c"]);
    expect(whole.marker).toBeDefined();
    for (const limit of [0, 101]) {
      expect((await refusal(page(undefined, limit))).code).toBe("ValidationException");
    }
  });

  test("has lock tokens, and no web ACLs of other regions", async () => {
    const waf = await openWaf();
    const made = await createWebAcl(waf, { Description: "Web shop" });
    await createWebAcl({ client: wafClient(waf.sandbox, "eu-west-1") });
    const { WebACLs } = await waf.client.send(new ListWebACLsCommand({ Scope: "REGIONAL" }));
    expect(WebACLs).toEqual([{ ...made, Description: "Web shop" }]);
  });
});
