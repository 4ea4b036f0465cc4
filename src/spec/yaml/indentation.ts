import type { Scalar } from "yaml";
import { shown } from "../finding.ts";

/** A line that belongs to nothing because of its indentation, in plain words. */
export interface Misindented {
  /** The offset of the line's first character, counted from 0. */
  readonly offset: number;
  /** The offset of the field or list item above it. */
  readonly above: number;
  readonly message: string;
  readonly help: string;
}

type Fault = Omit<Misindented, "above">;

/** Fields or list items that start in the same column. */
interface Block {
  readonly column: number;
  readonly isList: boolean;
  /** The first line of the block. */
  readonly line: number;
  /** The last field or item has a value on its own line, so nothing can be nested below it. */
  hasValue: boolean;
  /** The last field, or `-`. */
  last: string;
  /** The line of the last field. */
  lastLine: number;
  /** The column of the deeper block that the last field ended. */
  ended?: number | undefined;
}

interface Line {
  readonly number: number;
  readonly offset: number;
  readonly indent: number;
  readonly text: string;
}

const FIELD = /^((?:"(?:[^"\\]|\\.)*"|'[^']*')\s*|[^\s#&*!|>'"%@`{}[\],][^#]*?):(?=\s|$)/;
const ITEM = /^-(?=\s|$)/;
/** An anchor, a tag or a comment: the value can still follow on the next lines. */
const NO_VALUE = /^\s*(?:[&!]\S+(?:\s+|$))*(#.*)?$/;
const BLOCK_SCALAR = /(^|[\s:-])[|>][-+\d]*\s*(#.*)?$/;

/**
 * The first line that is in no column of the blocks around it. The parser reports such a line at
 * another place, with words about colons. Undefined if the lines do not show one. The search ends at
 * a bracket or quote that is still open at the end of its line.
 */
export function findMisindented(text: string): Misindented | undefined {
  const open: Block[] = [];
  let literal: { readonly parent: number; first?: number } | undefined;
  let above = 0;
  for (const line of linesOf(text)) {
    if (literal !== undefined && line.indent > literal.parent) {
      literal.first ??= line.indent;
      if (line.indent < literal.first) return { ...lessThanItsText(line, literal.first), above };
      continue;
    }
    literal = undefined;
    if (/^(---|\.\.\.|%)/.test(line.text)) continue;
    if (!isInBlocks(line, open)) return undefined;
    const fault = enter(open, line);
    if (fault !== undefined) return { ...fault, above };
    if (FIELD.test(line.text) || ITEM.test(line.text)) above = line.offset;
    if (BLOCK_SCALAR.test(line.text)) literal = { parent: open.at(-1)?.column ?? 0 };
  }
  return undefined;
}

/** Whether the column of a line can show a mistake. The parser reports other lines. */
function isInBlocks({ text, indent }: Line, open: readonly Block[]): boolean {
  if (staysOpen(text) || /:\s+-\s/.test(text)) return false;
  const isPlain = !FIELD.test(text) && !ITEM.test(text);
  return !isPlain || open.length === 0 || !open.some((one) => one.column === indent && !one.isList);
}

function lessThanItsText(line: Line, first: number): Fault {
  return {
    offset: line.offset,
    message: `this line starts in column ${line.indent + 1}, but the text block above it starts in column ${first + 1}`,
    help: `start every line of the block in column ${first + 1} or further right`,
  };
}

function* linesOf(text: string): Iterable<Line> {
  let offset = 0;
  for (const [index, whole] of text.split("\n").entries()) {
    const content = whole.trimStart();
    const indent = whole.length - content.length;
    if (content !== "" && !content.startsWith("#")) {
      yield { number: index + 1, offset: offset + indent, indent, text: content.trimEnd() };
    }
    offset += whole.length + 1;
  }
}

/**
 * A dash that does not start a list item, because YAML joins its line to the text above: the line is
 * indented deeper, or the dash above has no space after it.
 */
export function joinedDash(node: Scalar, text: string): Fault | undefined {
  const [start = 0, end = 0] = node.range ?? [];
  if (node.type !== "PLAIN") return undefined;
  const whole = text.slice(start, end);
  const line = /\n[ \t]*-(?=\s)/.exec(whole);
  if (line === null) return undefined;
  if (/^-\S/.test(whole)) {
    return {
      offset: start,
      message: "this dash has no space after it, so YAML does not read a list item here",
      help: "put a space after the dash",
    };
  }
  return {
    offset: start + line.index + line[0].length - 1,
    message:
      "this list item is indented deeper than the one above, so YAML joins both into one text",
    help: "start the dash in the column of the other items; if this is one text, put it in quotes",
  };
}

/** Adds a line to the block that it belongs to, or returns why it belongs to none. */
function enter(open: Block[], line: Line): Fault | undefined {
  const isItem = ITEM.test(line.text);
  const field = FIELD.exec(line.text)?.[1];
  let left: Block | undefined;
  for (let top = open.at(-1); top !== undefined && top.column > line.indent; top = open.at(-1)) {
    left = open.pop();
  }
  let top = open.at(-1);
  // A list may start in the same column as its field.
  if (top?.isList && !isItem && open.at(-2)?.column === line.indent) {
    open.pop();
    top = open.at(-1);
  }
  if (top?.column === line.indent) {
    if (top.isList && !isItem) return withoutDash(line, top);
    if (!top.isList && isItem) {
      if (top.hasValue) return undefined;
      open.push({
        column: line.indent,
        isList: true,
        line: line.number,
        hasValue: true,
        last: "-",
        lastLine: line.number,
      });
    }
    nest(open, line, line.indent, line.text);
    top.ended = left?.column;
    return undefined;
  }
  if (left !== undefined) return between(line, left, top);
  if (top?.hasValue) {
    // Plain text may continue on the next line.
    return isItem || field !== undefined ? tooDeep(line, top, isItem) : undefined;
  }
  nest(open, line, line.indent, line.text);
  return undefined;
}

/** Opens the blocks that a line starts: `- path: x` is an item and a field. */
function nest(open: Block[], line: Line, column: number, text: string): void {
  const dash = ITEM.test(text);
  const field = FIELD.exec(text);
  if (!dash && field === null) return;
  const last = dash ? "-" : (field?.[1] ?? "").trimEnd();
  const rest = text.slice(dash ? 1 : (field?.[0] ?? "").length);
  const known = open.at(-1);
  const block: Block =
    known?.column === column && known.isList === dash
      ? known
      : { column, isList: dash, line: line.number, hasValue: false, last, lastLine: line.number };
  if (block !== known) open.push(block);
  block.last = last;
  block.lastLine = line.number;
  block.hasValue = !NO_VALUE.test(rest);
  if (dash && block.hasValue) {
    const content = rest.trimStart();
    nest(open, line, column + text.length - content.length, content);
  }
}

function withoutDash(line: Line, list: Block): Fault {
  return {
    offset: line.offset,
    message: `this line has no dash, but it is indented like the list items from line ${list.line} on`,
    help: `if it is an item of the list, put a dash and a space before it; if it belongs to the item above, indent it to column ${line.indent + 3}`,
  };
}

function between(line: Line, left: Block, top: Block | undefined): Fault {
  const lines = left.isList ? "list items" : "fields";
  const message = `this line starts in column ${line.indent + 1}, but the ${lines} above it start in column ${left.column + 1}`;
  const isItem = ITEM.test(line.text);
  const outer =
    top === undefined || top.isList || isItem
      ? ""
      : `, or in column ${top.column + 1} if it belongs to the enclosing section`;
  const instead = line.indent === 0 ? ", or the lines above in column 1" : "";
  const help = `start it in column ${left.column + 1}${outer}${instead}`;
  return { offset: line.offset, message, help };
}

function tooDeep(line: Line, top: Block, isItem: boolean): Fault {
  const what = isItem ? "list item" : "field";
  const name = shown(top.last);
  const above = top.isList ? "the list item above" : `the field ${name} above`;
  const message = `this ${what} is indented deeper than ${above}, which already has a value`;
  const column = top.column + 1;
  // The lines before and after it start in the same column, so the field above may be the wrong one.
  const help =
    !top.isList && top.ended === line.indent
      ? `start ${name} on line ${top.lastLine} in column ${line.indent + 1}, like the lines before and after it; or start this line in column ${column}`
      : `start it in column ${column}${top.isList ? "" : `, or remove the value of ${name} if this line belongs inside it`}`;
  return { offset: line.offset, message, help };
}

/** Whether a bracket or a quote is still open at the end of a line, as far as the line shows. */
function staysOpen(text: string): boolean {
  const plain = text.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, "").replace(/(^|\s)#.*$/, "");
  if (/(^|[\s:[{,-])["'][^"']*$/.test(plain)) return true;
  const count = (pattern: RegExp): number => plain.match(pattern)?.length ?? 0;
  return count(/[[{]/g) > count(/[\]}]/g);
}
