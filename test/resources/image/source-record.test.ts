import { brotliCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { SourceEntry } from "../../../src/image/recipe.ts";
import {
  compareSource,
  packSource,
  readSourceRecord,
  sourceInTheWay,
  sourceRecordIn,
  sourceTags,
} from "../../../src/resources/image/source-record.ts";
import fc from "../../fast-check.ts";

const entry = (path: string, digest = "file 0"): SourceEntry => ({ path, bytes: 1, digest });

const byBytes = (one: SourceEntry, other: SourceEntry) =>
  Buffer.compare(Buffer.from(one.path), Buffer.from(other.path));

const sorted = (files: ReadonlyMap<string, string>) =>
  [...files].map(([path, digest]) => entry(path, digest)).toSorted(byBytes);

function recordOf(entries: readonly SourceEntry[], room = 10_000) {
  const text = packSource(entries, room);
  if (text === undefined) throw new Error("the record has no room");
  expect(text.length).toBeLessThanOrEqual(room);
  const record = readSourceRecord(text);
  if (record === undefined) throw new Error("the record cannot be read");
  return record;
}

const nothing = { changed: [], added: [], removed: [], folders: [] };

/** Names that fit together: no file is a folder of another one. */
const path = fc
  .tuple(
    fc.array(fc.constantFrom("a", "b", "日本", "𝒛", "lib", "-"), { maxLength: 3 }),
    fc.constantFrom("x.py", "y.css", "z", "ü.txt", "n a m e"),
  )
  .map(([folders, name]) => [...folders, name].join("/"));
const directory = fc.dictionary(path, fc.constantFrom("file 1", "file 2", "program 1"), {
  minKeys: 1,
  maxKeys: 40,
});

describe("the record of a directory", () => {
  test("names exactly the files that have changed, were added and removed", () => {
    fc.assert(
      fc.property(directory, directory, (before, after) => {
        const [was, is] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
        const record = recordOf(sorted(was));
        const found = compareSource(record, sorted(is));
        const sort = (paths: Iterable<string>) =>
          sorted(new Map([...paths].map((each) => [each, ""]))).map(({ path: each }) => each);
        expect({ ...found, removed: sort(found.removed) }).toEqual({
          changed: sort(
            [...is.keys()].filter((each) => was.has(each) && was.get(each) !== is.get(each)),
          ),
          added: sort([...is.keys()].filter((each) => !was.has(each))),
          removed: sort([...was.keys()].filter((each) => !is.has(each))),
          folders: [],
        });
      }),
    );
  });

  test("in any room is true: what it says has changed has, and nothing else has", () => {
    fc.assert(
      fc.property(
        directory,
        directory,
        fc.integer({ min: 40, max: 200 }),
        (before, after, room) => {
          const [was, is] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
          const record = recordOf(sorted(was), room);
          const found = compareSource(record, sorted(is));
          const differs = (each: string) => was.get(each) !== is.get(each);
          const told = new Set([...found.changed, ...found.added, ...found.removed]);
          const within = (each: string) =>
            [...found.folders, ...found.removed.filter((place) => place.endsWith("/"))].some(
              (place) => each.startsWith(place),
            );
          for (const each of new Set([...was.keys(), ...is.keys()])) {
            expect([each, told.has(each) || within(each)]).toEqual([
              each,
              differs(each) || within(each),
            ]);
            expect([each, differs(each) && !told.has(each) && !within(each)]).toEqual([
              each,
              false,
            ]);
          }
          for (const place of found.folders) {
            expect(
              [...was.keys(), ...is.keys()].some((each) => each.startsWith(place) && differs(each)),
            ).toBe(true);
          }
        },
      ),
    );
  });

  const vendored = Array.from({ length: 20_000 }, (_, index) =>
    entry(`node_modules/p${index % 400}/lib/f${index}.js`, `file ${index}`),
  );
  const own = ["app.js", "package.json", "views/index.html", "views/shop/cart.html"].map((each) =>
    entry(each),
  );
  const large = [...own, ...vendored].toSorted(byBytes);

  test("of a large directory has a person's own files, and folders in place of the others", () => {
    const record = recordOf(large, 12 * 256);
    expect(record.length).toBeGreaterThan(200);
    const change = (place: string) =>
      large.map((each) => (each.path === place ? entry(place, "file changed") : each));
    expect(compareSource(record, large)).toEqual(nothing);
    expect(compareSource(record, change("views/shop/cart.html"))).toEqual({
      ...nothing,
      changed: ["views/shop/cart.html"],
    });
    const { folders, ...others } = compareSource(record, change("node_modules/p7/lib/f7.js"));
    expect(others).toEqual({ changed: [], added: [], removed: [] });
    expect(folders).toEqual([expect.stringMatching(/^node_modules\/(p7\/(lib\/)?)?$/)]);
  });

  test("tells of a folder that is gone, and of files in it that are new", () => {
    const record = recordOf(large, 600);
    const folder = record.find(({ path: each }) => each.startsWith("node_modules/"))?.path ?? "";
    expect(folder).toMatch(/\/$/);
    const without = large.filter((each) => !each.path.startsWith(folder));
    expect(compareSource(record, without)).toEqual({ ...nothing, removed: [folder] });
    const more = [...large, entry(`${folder}new.js`)].toSorted(byBytes);
    expect(compareSource(record, more)).toEqual({ ...nothing, folders: [folder] });
  });

  test("of a folder with too many files is one mark", () => {
    const flat = Array.from({ length: 5000 }, (_, index) => entry(`${index}`)).toSorted(byBytes);
    const record = recordOf(flat, 2560);
    expect(record.map(({ path: each }) => each)).toEqual([""]);
    expect(compareSource(record, flat)).toEqual(nothing);
    expect(compareSource(record, flat.slice(1))).toEqual({ ...nothing, folders: [""] });
  });

  test("has no room in no tag", () => {
    expect(packSource(large, 0)).toBeUndefined();
    expect(sourceTags("application", large, 45)).toBeUndefined();
  });

  test("leaves tags for others", () => {
    const tags = sourceTags("application", large, 33) ?? {};
    expect(Object.keys(tags).length).toBeGreaterThan(8);
    expect(Object.keys(tags).length).toBeLessThanOrEqual(50 - 5 - 33);
    expect(Object.values(tags).every((value) => value.length <= 256)).toBe(true);
    const listed = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const text =
      sourceRecordIn("application", [...listed.toReversed(), { Key: "team", Value: "x" }]) ?? "";
    expect(compareSource(readSourceRecord(text) ?? [], large)).toEqual(nothing);
    const wanted = Array.from({ length: 41 }, (_, index) => `key${index}`);
    expect(sourceInTheWay("application", { Tags: listed }, wanted)).toEqual(Object.keys(tags));
    expect(sourceInTheWay("application", { Tags: listed }, wanted.slice(12))).toEqual([]);
  });

  test.each<[string, string]>([
    ["no text of a program", "somebody's own"],
    ["without an end of its paths", brotliCompressSync("0app.py").toString("base64")],
    ["with too few marks", brotliCompressSync("0app.py\n0b.py\0abc").toString("base64")],
    ["that unpacks to gigabytes", brotliCompressSync(Buffer.alloc(2 ** 24)).toString("base64")],
  ])("%s is none", (_, text) => {
    expect(readSourceRecord(text)).toBeUndefined();
  });
});
