import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { describe, expect, test } from "vitest";
import { OutsideError } from "../../../src/engine/errors.ts";
import { makeValidationRecords } from "../../../src/resources/certificate/validation-records.ts";
import { openStage, refusal } from "../answers.ts";
import { cname } from "./domain.ts";

const name = "_a.shop.example.com.";
const value = "_b.acm-validations.aws.";
const arn = "arn:aws:acm:eu-west-1:000000000000:certificate/0123abcd";
const exists = refusal(
  "InvalidChangeBatch",
  `[Tried to create resource record set [name='${name}', type='CNAME'] but it already exists]`,
);

/** Each look at the zone sees the next of these. */
function make(looks: readonly (readonly ResourceRecordSet[])[]) {
  let look = 0;
  const stage = openStage({
    "acm:DescribeCertificate": {
      Certificate: {
        DomainValidationOptions: [
          {
            DomainName: "shop.example.com",
            ResourceRecord: { Name: name, Type: "CNAME", Value: value },
          },
        ],
      },
    },
    "route53:ListHostedZonesByName": {
      HostedZones: [{ Id: "/hostedzone/Z1", Name: "example.com.", CallerReference: "1" }],
      IsTruncated: false,
      MaxItems: 100,
    },
    "route53:ListResourceRecordSets": () => ({
      ResourceRecordSets: looks[look++] ?? [],
      IsTruncated: false,
      MaxItems: 100,
    }),
    "route53:ChangeResourceRecordSets": exists,
  });
  const work = makeValidationRecords(stage.context, arn, "example.com");
  return { work, changes: () => stage.asked("route53:ChangeResourceRecordSets") };
}

describe("a validation record that somebody makes between the look and the change", () => {
  test("is used if it is the same: another apply may have made it", async () => {
    const { work, changes } = make([[], [cname(name, value)]]);
    await work;
    expect(changes()).toMatchObject([
      {
        HostedZoneId: "Z1",
        ChangeBatch: { Changes: [{ Action: "CREATE", ResourceRecordSet: { Type: "CNAME" } }] },
      },
    ]);
  });

  test("is not overwritten if it leads elsewhere", async () => {
    const { work, changes } = make([[], [cname(name, "elsewhere.example.net")]]);
    await expect(work).rejects.toBeInstanceOf(OutsideError);
    expect(changes()).toHaveLength(1);
  });
});

test("a validation record that exists is not made again", async () => {
  const { work, changes } = make([[cname(name, value, { SetIdentifier: "one", Weight: 1 })]]);
  await work;
  expect(changes()).toEqual([]);
});
