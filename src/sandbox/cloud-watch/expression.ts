import { notModelled } from "../error.ts";
import { validationError } from "./errors.ts";

/** A metric math expression: arithmetic over the ids of queries, numbers and FILL. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "id"; readonly id: string }
  | { readonly kind: "fill"; readonly of: Expression; readonly value: number }
  | {
      readonly kind: "operation";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    };

/**
 * Reads an expression ("Metric math syntax and functions", User Guide).
 *
 * @throws AwsError for other functions and operators of AWS, which are not modelled, and for a wrong expression.
 */
export function parseExpression(text: string): Expression {
  return new Parser(text).whole();
}

/** The ids that an expression refers to. */
export function idsIn(expression: Expression): string[] {
  switch (expression.kind) {
    case "number":
      return [];
    case "id":
      return [expression.id];
    case "fill":
      return idsIn(expression.of);
    case "operation":
      return [...idsIn(expression.left), ...idsIn(expression.right)];
  }
}

/**
 * The value in one period. Undefined, a missing datapoint, where a query has no datapoint, and for a division by zero.
 */
export function evaluateExpression(
  expression: Expression,
  valueFor: (id: string) => number | undefined,
): number | undefined {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "id":
      return valueFor(expression.id);
    case "fill":
      return evaluateExpression(expression.of, valueFor) ?? expression.value;
    case "operation": {
      const left = evaluateExpression(expression.left, valueFor);
      const right = evaluateExpression(expression.right, valueFor);
      if (left === undefined || right === undefined) return undefined;
      const result = calculated(expression.operator, left, right);
      return Number.isFinite(result) ? result : undefined;
    }
  }
}

function calculated(operator: string, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    default:
      return left / right;
  }
}

const precedence: readonly (readonly string[])[] = [
  ["+", "-"],
  ["*", "/"],
];

class Parser {
  readonly #text: string;
  readonly #tokens: string[];

  constructor(text: string) {
    this.#text = text;
    this.#tokens = text.match(/\d+(\.\d+)?|\w+|[^\s\w]/g) ?? [];
  }

  whole(): Expression {
    const expression = this.#level(0);
    const rest = this.#tokens[0];
    if (rest === ")" || rest === ",") throw this.#wrong();
    if (rest !== undefined) throw this.#notModelled();
    return expression;
  }

  #level(level: number): Expression {
    const operators = precedence[level];
    if (operators === undefined) return this.#operand();
    let left = this.#level(level + 1);
    while (operators.includes(this.#tokens[0] ?? "")) {
      const operator = this.#next();
      left = { kind: "operation", operator, left, right: this.#level(level + 1) };
    }
    return left;
  }

  #operand(): Expression {
    const token = this.#next();
    if (token === "-") {
      const zero: Expression = { kind: "number", value: 0 };
      return { kind: "operation", operator: "-", left: zero, right: this.#operand() };
    }
    if (token === "(") {
      const inner = this.#level(0);
      this.#expect(")");
      return inner;
    }
    if (/^\d/.test(token)) return { kind: "number", value: this.#number(token) };
    if (this.#tokens[0] === "(") return this.#function(token);
    if (/^[a-z]\w*$/.test(token)) return { kind: "id", id: token };
    if (/^[A-Z]/.test(token)) throw this.#notModelled();
    throw this.#wrong();
  }

  #function(name: string): Expression {
    if (name !== "FILL") throw this.#notModelled();
    this.#expect("(");
    const of = this.#level(0);
    this.#expect(",");
    const sign = this.#tokens[0] === "-" ? -1 : 1;
    if (sign === -1) this.#next();
    const value = this.#next();
    // FILL(m1, REPEAT), FILL(m1, LINEAR) and FILL(m1, m2).
    if (!/^\d/.test(value)) throw this.#notModelled();
    this.#expect(")");
    return { kind: "fill", of, value: sign * this.#number(value) };
  }

  #number(token: string): number {
    const value = Number(token);
    if (Number.isNaN(value)) throw this.#wrong();
    return value;
  }

  #next(): string {
    const token = this.#tokens.shift();
    if (token === undefined) throw this.#wrong();
    return token;
  }

  #expect(token: string): void {
    if (this.#next() !== token) throw this.#wrong();
  }

  #wrong() {
    return validationError(`Error in expression: Invalid syntax: ${this.#text}`);
  }

  #notModelled() {
    return notModelled(`The metric math expression ${this.#text}`);
  }
}
