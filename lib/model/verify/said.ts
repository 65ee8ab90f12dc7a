import type { ErrorCode, ErrorDetails } from "../../errors";

/** What the child says in the end: nothing, when llama.cpp ends it. */
export type Said = "lives" | Refusal;

/** An error on its way to the parent. */
export interface Refusal {
  readonly code?: ErrorCode;
  readonly message: string;
  readonly details?: ErrorDetails;
}

export function refusalOf(error: unknown): Refusal {
  const { code, message, details } = error as Refusal;
  return { message, ...(code && { code }), ...(details && { details }) };
}
