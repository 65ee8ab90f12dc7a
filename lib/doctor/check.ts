/** One thing that was tried. */
export interface Check {
  readonly name: string;
  readonly status: "passed" | "failed";
  /** What was seen, or what went wrong. */
  readonly detail: string;
}

/** What a check says; what it throws fails it. */
export async function attempt(name: string, check: () => string | Promise<string>): Promise<Check> {
  try {
    return { name, status: "passed", detail: await check() };
  } catch (error) {
    return { name, status: "failed", detail: (error as Error).message };
  }
}
