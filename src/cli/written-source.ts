import { z } from "zod";
import type { LocalDirectory, LocalSource } from "../stack/facts.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const bytes = z.int().min(0);

/** A directory in a saved plan. */
export const writtenDirectory = z
  .strictObject({
    kind: z.literal("directory"),
    listing: z.strictObject({
      sha256,
      bytes,
      files: z.array(
        z.strictObject({
          path: z.string(),
          kind: z.enum(["file", "program", "link"]),
          bytes,
          sha256,
          target: z.string().exactOptional(),
        }),
      ),
    }),
    contents: z.array(z.base64()).exactOptional(),
  })
  .refine(({ listing, contents }) => (contents ?? listing.files).length === listing.files.length);

/**
 * The application's source in a saved plan. Of a source that the build script does not contain, only what it has
 * to be: an apply reads it again.
 */
export const writtenSource = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("content"), content: z.base64() }),
  z.strictObject({ kind: z.literal("stored"), sha256, bytes }),
  writtenDirectory,
]);

type WrittenSource = z.infer<typeof writtenSource>;
type WrittenDirectory = z.infer<typeof writtenDirectory>;

/** The form of a source in a saved plan. */
export function writeSource(source: LocalSource): WrittenSource {
  switch (source.kind) {
    case "content":
      return { kind: "content", content: toBase64(source.content) };
    case "stored":
      return source;
    case "directory":
      return writeDirectory(source);
  }
}

/** The form of a directory in a saved plan. */
export function writeDirectory({ kind, listing, contents }: LocalDirectory): WrittenDirectory {
  const { sha256, bytes, files } = listing;
  return {
    kind,
    listing: { sha256, bytes, files: [...files] },
    ...(contents && { contents: contents.map(toBase64) }),
  };
}

/** The source that a saved plan has. */
export function sourceIn(written: WrittenSource): LocalSource {
  switch (written.kind) {
    case "content":
      return { kind: "content", content: fromBase64(written.content) };
    case "stored":
      return written;
    case "directory":
      return directoryIn(written);
  }
}

/** The directory that a saved plan has. */
export function directoryIn({ kind, listing, contents }: WrittenDirectory): LocalDirectory {
  return { kind, listing, ...(contents && { contents: contents.map(fromBase64) }) };
}

function toBase64(content: Uint8Array): string {
  return Buffer.from(content).toString("base64");
}

function fromBase64(text: string): Uint8Array {
  return Buffer.from(text, "base64");
}
