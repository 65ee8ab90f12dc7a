/** Every code that corrsteer's errors carry. Codes are API: add, never rename. */
export type ErrorCode =
  | "ERR_INVALID_ARGUMENT"
  | "ERR_OUT_OF_RANGE"
  | "ERR_NATIVE_LOAD"
  | "ERR_NATIVE_VERSION"
  | "ERR_MODEL_LOAD"
  | "ERR_MISSING_PACKAGE"
  | "ERR_CHAT_TEMPLATE"
  | "ERR_SAE_FORMAT"
  | "ERR_SHAPE_MISMATCH"
  | "ERR_HOOK_POINT"
  | "ERR_CONTEXT_FULL"
  | "ERR_DECODE"
  | "ERR_OUT_OF_MEMORY"
  | "ERR_GRAMMAR"
  | "ERR_SCHEMA"
  | "ERR_NON_FINITE"
  | "ERR_DEGENERATE"
  | "ERR_DATASET_FORMAT"
  | "ERR_DOWNLOAD"
  | "ERR_HUB_ACCESS"
  | "ERR_HUB_NOT_FOUND"
  | "ERR_HUB_ANSWER"
  | "ERR_HUB_OFFLINE"
  | "ERR_FILE_FORMAT"
  | "ERR_FILE_WRITE"
  | "ERR_RUN_MISMATCH"
  | "ERR_RUN_LOCKED"
  | "ERR_RUN_INCOMPLETE"
  | "ERR_TASK"
  | "ERR_DISPOSED"
  | "ERR_INTERNAL";

export type ErrorDetails = Readonly<Record<string, unknown>>;

/** What goes wrong that is not a caller's mistake: `code` to branch on, `details` with the numbers, `cause` the original. */
export class SteeringError extends Error {
  override readonly name = "SteeringError";

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A `TypeError` with a code, for an option of the wrong type or outside a closed list. */
export function invalidArgument(name: string, expected: string, actual: unknown): TypeError {
  const details = detailsOf(name, expected, actual);
  return Object.assign(new TypeError(messageOf(details)), { code: "ERR_INVALID_ARGUMENT" as const, details });
}

/** A `RangeError` with a code, for a value of the right type outside its range. */
export function outOfRange(name: string, expected: string, actual: unknown): RangeError {
  const details = detailsOf(name, expected, actual);
  return Object.assign(new RangeError(messageOf(details)), { code: "ERR_OUT_OF_RANGE" as const, details });
}

/** The code of any error made here or by the native addon. It does not use `instanceof`: errors cross realms. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}

/** The words of whatever was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The words of a system's error without its code, call and path: of "ENOENT: no such ..., open '...'" the middle. */
export function systemReason(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return errno === undefined ? message : message.replace(/^[A-Z0-9]+: /, "").replace(/, \w+( '[^]*')?$/, "");
}

function detailsOf(name: string, expected: string, actual: unknown) {
  const texts = { name, expected };
  const stray = Object.entries(texts).find(([, text]: [string, unknown]) => typeof text !== "string");
  if (stray) throw invalidArgument(stray[0], "a string", stray[1]);
  return { ...texts, actual };
}

function messageOf({ name, expected, actual }: ReturnType<typeof detailsOf>): string {
  return `${name}: expected ${expected}, got ${describe(actual)}`;
}

/** Whatever it is: what has no text of its own is told by its class. */
function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(describe).join(", ")}]`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  const name = Object.prototype.toString.call(value).slice("[object ".length, -1);
  return name === "Object" ? "an object" : `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`;
}
