import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { described, issued, prove, recordsOf } from "../certificate-manager/certificates.ts";
import { change, remove, set } from "../route-53/domain.ts";
import { openSecureFront, secure } from "./https.ts";

const hour = 60 * 60;
const day = 24 * hour;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a certificate in use", () => {
  test("is renewed as long as its record stands", async () => {
    const front = await openSecureFront();
    const { acm, domain } = front;
    const { arn } = await issued(domain, acm);
    await secure(front, arn);
    const before = await described(acm, arn);
    expect(before.RenewalEligibility).toBe("ELIGIBLE");
    domain.pass(139 * day);
    const after = await described(acm, arn);
    expect(after).toMatchObject({ Status: "ISSUED", RenewalSummary: { RenewalStatus: "SUCCESS" } });
    expect(after.Serial).not.toBe(before.Serial);
    expect(after.NotAfter?.getTime()).toBeGreaterThan(before.NotAfter?.getTime() ?? 0);
    domain.pass(60 * day);
    expect((await described(acm, arn)).Status).toBe("ISSUED");
  });

  test("expires without its record, unless the record comes back", async () => {
    const front = await openSecureFront();
    const { acm, domain } = front;
    const { arn, zone } = await issued(domain, acm);
    await secure(front, arn);
    const [record] = await recordsOf(acm, arn);
    await change(domain, zone, remove(set(record?.Name ?? "", "CNAME", record?.Value ?? "")));
    domain.pass(139 * day);
    expect(await described(acm, arn)).toMatchObject({
      Status: "ISSUED",
      RenewalSummary: {
        RenewalStatus: "PENDING_VALIDATION",
        DomainValidationOptions: [{ ValidationStatus: "PENDING_VALIDATION" }],
      },
    });
    domain.pass(60 * day);
    expect(await described(acm, arn)).toMatchObject({
      Status: "EXPIRED",
      RenewalEligibility: "INELIGIBLE",
      RenewalSummary: { RenewalStatus: "FAILED" },
    });
  });

  test("is renewed late when it is used late, or proven late", async () => {
    const front = await openSecureFront();
    const { acm, domain } = front;
    const { arn, zone } = await issued(domain, acm);
    const [record] = await recordsOf(acm, arn);
    await change(domain, zone, remove(set(record?.Name ?? "", "CNAME", record?.Value ?? "")));
    domain.pass(150 * day);
    expect((await described(acm, arn)).RenewalSummary).toBeUndefined();
    await secure(front, arn);
    expect((await described(acm, arn)).RenewalSummary?.RenewalStatus).toBe("PENDING_VALIDATION");
    await prove(domain, acm, arn, zone);
    domain.pass(60);
    expect((await described(acm, arn)).RenewalSummary?.RenewalStatus).toBe("PENDING_AUTO_RENEWAL");
    const [proven] = await recordsOf(acm, arn);
    const taken = set(proven?.Name ?? "", "CNAME", proven?.Value ?? "");
    await change(domain, zone, remove(taken));
    domain.pass(hour);
    expect((await described(acm, arn)).RenewalSummary?.RenewalStatus).toBe("PENDING_VALIDATION");
    await prove(domain, acm, arn, zone);
    domain.pass(hour);
    expect((await described(acm, arn)).RenewalSummary?.RenewalStatus).toBe("SUCCESS");
  });
});
