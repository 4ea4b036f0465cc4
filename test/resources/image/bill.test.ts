import { describe, expect, test } from "vitest";
import { toTagList } from "../../../src/aws/tags.ts";
import { billTags, packageRecord, readBill } from "../../../src/resources/image/bill.ts";
import type { ImageParts } from "../../../src/resources/image/parts.ts";

/** As many packages as that, none like another. */
const packages = (count: number) =>
  Array.from({ length: count }, (_, number) => {
    const digits = ((number + 1) * 2_654_435_761) % 4_294_967_296;
    return `pkg:deb/debian/lib${digits.toString(36)}@${digits % 97}.${digits % 89}-${digits % 7}?arch=${number % 3 === 0 ? "all" : "amd64"}&distro=debian-12`;
  });

/** The parts of an image whose snapshots have these tags. */
function partsWith(...snapshots: readonly Readonly<Record<string, string>>[]): ImageParts {
  return {
    address: "image/shop",
    name: "shop-1",
    image: {
      ImageId: "ami-1",
      BlockDeviceMappings: snapshots.map((_, number) => ({
        Ebs: { SnapshotId: `snap-${number}` },
      })),
    },
    snapshots: snapshots.map((tags, number) => ({
      SnapshotId: `snap-${number}`,
      Tags: toTagList(tags),
    })),
    builders: [],
    groups: [],
  };
}

describe("the tags of a snapshot", () => {
  test("record the packages, and give them back", () => {
    const list = packages(400);
    const tags = billTags(list, 3) ?? {};
    expect(Object.keys(tags).length).toBeGreaterThan(10);
    expect(Math.max(...Object.values(tags).map(({ length }) => length))).toBe(256);
    // AWS lists tags in any order.
    const shuffled = Object.fromEntries(Object.entries(tags).toReversed());
    const bill = packageRecord(partsWith({}, { Name: "web", ...shuffled })).bill;
    expect(bill && readBill(bill)).toEqual(list);
  });

  test("leave five free, or record nothing", () => {
    const fitting = packages(400);
    const count = Object.keys(billTags(fitting, 0) ?? {}).length;
    expect(billTags(fitting, 45 - count)).toBeDefined();
    expect(billTags(fitting, 46 - count)).toBeUndefined();
    expect(billTags(packages(5000), 3)).toBeUndefined();
  });

  test("that somebody changed give no list", () => {
    const tags: Record<string, string> = { ...billTags(packages(400), 3) };
    const { "reconcile:packages:1": _first, ...beheaded } = tags;
    expect(packageRecord(partsWith(beheaded)).bill).toBeUndefined();
    const { "reconcile:packages:3": _third, ...torn } = tags;
    for (const changed of [
      torn,
      { ...tags, "reconcile:packages:2": "x" },
      { "reconcile:packages:1": "" },
    ]) {
      expect(readBill(packageRecord(partsWith(changed)).bill ?? "")).toBeUndefined();
    }
  });

  test("of a snapshot that the image does not list say nothing of it", () => {
    const parts = partsWith({ ...billTags(packages(3), 3) });
    expect(packageRecord(parts).bill).toBeDefined();
    expect(packageRecord({ ...parts, image: { ImageId: "ami-1" } }).bill).toBeUndefined();
    const { image: _gone, ...orphans } = parts;
    expect(packageRecord(orphans).bill).toBeUndefined();
  });
});
