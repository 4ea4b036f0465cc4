import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { describe, expect, test } from "vitest";
import {
  creationOf,
  isOwnRecord,
  isValidationRecord,
  recordsOf,
} from "../../../src/resources/certificate/records.ts";

const record = { name: "_a.shop.example.com", value: "_b.acm-validations.aws" };
const made = creationOf(record).ResourceRecordSet as ResourceRecordSet;

describe("the records of a certificate", () => {
  const option = (DomainName: string, Name?: string, Value = "_b.acm-validations.aws.") => ({
    DomainName,
    ...(Name !== undefined && { ResourceRecord: { Name, Type: "CNAME" as const, Value } }),
  });

  test.each([
    ["nothing is known", {}, undefined],
    ["nothing is known of its names", { DomainValidationOptions: [] }, undefined],
    [
      "one is not known yet",
      {
        DomainValidationOptions: [option("a.example.com", "_a.a.example.com."), option("b.test")],
      },
      undefined,
    ],
    [
      "a name and its wildcard share one",
      {
        DomainValidationOptions: [
          option("shop.example.com", "_A.Shop.example.com."),
          option("*.shop.example.com", "_a.shop.example.com."),
        ],
      },
      [record],
    ],
  ])("%s", (_what, detail, records) => {
    expect(recordsOf(detail)).toEqual(records);
  });
});

describe("a record set of the zone", () => {
  test("that the stack made is its own", () => {
    expect(isOwnRecord(made, record)).toBe(true);
    expect(isValidationRecord(made, record)).toBe(true);
  });

  test.each<[string, Partial<ResourceRecordSet>]>([
    ["the console made", { TTL: 300 }],
    ["another tool made", { TTL: 60 }],
    ["somebody gave a weight", { SetIdentifier: "one", Weight: 1 }],
  ])("that %s does as well, and is not the stack's", (_who, rest) => {
    expect(isValidationRecord({ ...made, ...rest }, record)).toBe(true);
    expect(isOwnRecord({ ...made, ...rest }, record)).toBe(false);
  });

  test.each<[string, Partial<ResourceRecordSet>]>([
    ["leads elsewhere", { ResourceRecords: [{ Value: "elsewhere.example.net" }] }],
    ["has another type", { Type: "TXT" }],
    ["has no values", { ResourceRecords: undefined }],
    ["has two values", { ResourceRecords: [{ Value: record.value }, { Value: "other" }] }],
  ])("that %s is another record", (_how, rest) => {
    expect(isValidationRecord({ ...made, ...rest }, record)).toBe(false);
    expect(isOwnRecord({ ...made, ...rest }, record)).toBe(false);
  });

  test.each(["_B.ACM-validations.aws", "_b.acm-validations.aws."])(
    "may write the same name as %s",
    (Value) => {
      expect(isValidationRecord({ ...made, ResourceRecords: [{ Value }] }, record)).toBe(true);
    },
  );
});
