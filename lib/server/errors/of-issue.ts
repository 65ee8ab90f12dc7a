import type { z } from "zod";
import { expectedOf, innermost } from "../../options/issue";
import { ApiError } from "./api-error";

/** What is wrong with a request, by what its schema found first: words and codes are those of OpenAI's API. */
export function ofIssue(found: z.core.$ZodIssue, request: unknown): ApiError {
  const issue = telling(found);
  const param = paramOf(issue.path);
  const actual = at(issue.path, request);
  const { message, code } = told(issue, param === "" ? "the request" : `'${param}'`, actual);
  return new ApiError(400, message, param === "" ? null : param, code);
}

/** Of a union the part that says most: what is wrong deepest inside, or a name that none has. */
function telling(found: z.core.$ZodIssue): z.core.$ZodIssue {
  const issue = innermost(found);
  if (issue.code === "unrecognized_keys") return ofKey(issue, issue.path);
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.flat().find(({ code }) => code === "unrecognized_keys");
  return inner?.code === "unrecognized_keys" ? ofKey(inner, [...issue.path, ...inner.path]) : issue;
}

function ofKey(issue: z.core.$ZodIssueUnrecognizedKeys, path: PropertyKey[]): z.core.$ZodIssue {
  return { ...issue, path: [...path, issue.keys[0]!] };
}

interface Told {
  readonly message: string;
  readonly code: string;
}

function told(issue: z.core.$ZodIssue, name: string, actual: unknown): Told {
  switch (issue.code) {
    case "invalid_type":
    case "invalid_union":
      return actual === undefined ? missing(name) : ofAnotherType(name, expectedOf(issue), actual);
    case "invalid_value":
      return actual === undefined ? missing(name) : ofNoSuchValue(issue.values, actual);
    case "too_small":
      return tooSmall(issue, name, actual);
    case "too_big":
      return tooBig(issue, name, actual);
    case "unrecognized_keys":
      return { message: `Unknown parameter: ${name}.`, code: "unknown_parameter" };
    case "custom":
      return { message: `Invalid ${name}: ${issue.message}.`, code: codeOf(issue.params) };
    default:
      return { message: `Invalid ${name}: expected ${expectedOf(issue)}.`, code: "invalid_value" };
  }
}

function missing(name: string): Told {
  return { message: `Missing required parameter: ${name}.`, code: "missing_required_parameter" };
}

function ofAnotherType(name: string, expected: string, actual: unknown): Told {
  const message = `Invalid type for ${name}: expected ${expected}, but got ${kindOf(actual)} instead.`;
  return { message, code: "invalid_type" };
}

function ofNoSuchValue(values: readonly unknown[], actual: unknown): Told {
  const supported = values.map((value) => `'${String(value)}'`).join(", ");
  return { message: `Invalid value: ${shown(actual)}. Supported values are: ${supported}.`, code: "invalid_value" };
}

function tooSmall({ origin, minimum, inclusive }: z.core.$ZodIssueTooSmall, name: string, actual: unknown): Told {
  if (origin === "array" || origin === "string") {
    const message = `Invalid ${name}: ${origin} too short. Expected one of a length of at least ${minimum}.`;
    return { message, code: `${origin}_below_min_length` };
  }
  const least = `${inclusive === false ? ">" : ">="} ${minimum}`;
  const kind = kindOfNumber(actual);
  const message = `Invalid ${name}: ${kind} below minimum value. Expected a value ${least}, but got ${shown(actual)} instead.`;
  return { message, code: `${kind}_below_min_value` };
}

function tooBig({ origin, maximum, inclusive }: z.core.$ZodIssueTooBig, name: string, actual: unknown): Told {
  if (origin === "array" || origin === "string") {
    const message = `Invalid ${name}: ${origin} too long. Expected one of a length of at most ${maximum}.`;
    return { message, code: `${origin}_above_max_length` };
  }
  const most = `${inclusive === false ? "<" : "<="} ${maximum}`;
  const kind = kindOfNumber(actual);
  const message = `Invalid ${name}: ${kind} above maximum value. Expected a value ${most}, but got ${shown(actual)} instead.`;
  return { message, code: `${kind}_above_max_value` };
}

function kindOfNumber(value: unknown): "integer" | "decimal" {
  return Number.isInteger(value) ? "integer" : "decimal";
}

function codeOf(params: Readonly<Record<string, unknown>> | undefined): string {
  return typeof params?.["code"] === "string" ? params["code"] : "invalid_value";
}

/** "messages[0].content" */
function paramOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, key) => {
    if (typeof key === "number") return `${name}[${key}]`;
    return name === "" ? String(key) : `${name}.${String(key)}`;
  }, "");
}

function at(path: readonly PropertyKey[], value: unknown): unknown {
  return path.reduce((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  switch (typeof value) {
    case "object":
      return "an object";
    case "number":
      return Number.isInteger(value) ? "an integer" : "a decimal number";
    default:
      return `a ${typeof value}`;
  }
}

/** As much of it as a message has room for. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined || text.length > 60 ? kindOf(value) : text;
}
