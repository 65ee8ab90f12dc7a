import type { z } from "zod";

// What a schema has to say of a value, in the terms of our errors.

/** Of what is wrong with each of a union's parts, what is wrong deepest inside. */
export function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  const inner = issue.code === "invalid_union" ? issue.errors.flat().find(({ path }) => path.length > 0) : undefined;
  return inner ? { ...inner, path: [...issue.path, ...inner.path] } : issue;
}

/** Of schemas that say nothing of their own, the words of zod. */
export function expectedOf({ message }: z.core.$ZodIssue): string {
  return message.replace(/^(?:Invalid \w+|Too (?:small|big)): (?:expected )?/, "").replace(/, received .*$/, "");
}

/** Whether a number that does not do is none of the range, not of the wrong type. */
export function isOfNumber(issue: z.core.$ZodIssue): boolean {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "number" || issue.expected === "int";
    case "custom":
      return issue.params?.["isType"] !== true;
    case "too_small":
    case "too_big":
    case "not_multiple_of":
      return true;
    default:
      return false;
  }
}
