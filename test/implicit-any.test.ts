import { join, relative } from "node:path";
import { type Node, type SourceFile, SyntaxKind } from "typescript/unstable/ast";
import { isIdentifier } from "typescript/unstable/ast/is";
import { API, type Checker, TypeFlags } from "typescript/unstable/sync";
import { afterAll, expect, test, vi } from "vitest";

/**
 * A name whose type is `any`, or is made of it, although nobody wrote that: `new Map()`, `Object.entries`
 * of an object, a member of what `Array.isArray` found. The compiler and the linter refuse only the
 * `any` that somebody wrote, or that has no type at all.
 */

// Seconds of one core, and more where others use the machine as well.
vi.setConfig({ testTimeout: 120_000 });

const root = join(import.meta.dirname, "..");
// Its interface is marked unstable: a new version of the compiler may need changes here.
const api = new API({ cwd: root });

afterAll(() => api.close());

test("no name in src has the type any, not even as a part of its type", () => {
  const project = api
    .updateSnapshot({ openProject: join(root, "tsconfig.json") })
    .getProject(join(root, "tsconfig.json"));
  const files = (project?.rootFiles ?? []).filter((file) => file.startsWith(join(root, "src")));
  expect(files.length).toBeGreaterThan(300);
  const found = files.flatMap((file) => {
    const source = project?.program.getSourceFile(file);
    if (project === undefined || source === undefined) return [];
    return namesOfAny(source, project.checker).map((name) => `${relative(root, file)}: ${name}`);
  });
  expect(found).toEqual([]);
});

function namesOfAny(source: SourceFile, checker: Checker): readonly string[] {
  const names = declaredNames(source);
  const types = checker.getTypeAtLocation(names);
  return names.flatMap((name, index) => {
    const type = types[index];
    if (type === undefined) return [];
    // A default of a type argument (the value that an Iterable returns) is not printed.
    const isAny =
      (type.flags & TypeFlags.Any) !== 0 ||
      (type.isTypeReference() && /\bany\b/.test(checker.typeToString(type)));
    const text = source.text.slice(name.pos, name.end).trim();
    return isAny ? [`${text} is ${checker.typeToString(type)}`] : [];
  });
}

/** Identifiers that declare a variable, a parameter or a property. */
function declaredNames(source: SourceFile): readonly Node[] {
  const names: Node[] = [];
  const visit = (node: Node): void => {
    if (isIdentifier(node) && declarations.has(node.parent.kind) && nameOf(node.parent) === node) {
      names.push(node);
    }
    node.forEachChild(visit);
  };
  source.forEachChild(visit);
  return names;
}

const declarations = new Set([
  SyntaxKind.VariableDeclaration,
  SyntaxKind.Parameter,
  SyntaxKind.PropertyDeclaration,
  SyntaxKind.PropertySignature,
  SyntaxKind.BindingElement,
]);

function nameOf(declaration: Node): unknown {
  return "name" in declaration ? declaration.name : undefined;
}
